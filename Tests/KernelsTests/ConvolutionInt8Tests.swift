import Kernels
import Testing

@Suite struct ConvolutionInt8Tests {
  fileprivate func convolve<Activation: QuantizedByte, Output>(
    _ compute: Compute, _ input: [Activation], _ geometry: ConvolutionGeometry, zeroPoint: Int32,
    _ weights: PackedInt8Convolution, _ epilogue: Int8Epilogue<Output>, fill: Output
  ) -> [Output] {
    var output = [Output](repeating: fill, count: geometry.outputCount)
    var span = output.mutableSpan
    compute.convolveInt8(
      input.span, geometry, zeroPoint: zeroPoint, by: weights, epilogue: epilogue, into: &span)
    return output
  }

  fileprivate func sums<Activation: QuantizedByte, Weight: QuantizedByte>(
    _ input: [Activation], _ geometry: ConvolutionGeometry, zeroPoint: Int32, _ weights: [Weight],
    zeroPoints: [Int32]
  ) -> [Int32] {
    let perChannel = geometry.weightCount / geometry.outputChannels
    let shifted = weights.indices.map { Int32(weights[$0]) - zeroPoints[$0 / perChannel] }
    var sums = [Int32](repeating: 0, count: geometry.outputCount)
    geometry.forEachProduct { output, index, weight in
      if let index { sums[output] += (Int32(input[index]) - zeroPoint) * shifted[weight] }
    }
    return sums
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func everyGeometryAgreesWithTheDefinition(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    var numbers = Numbers(seed: 23)
    let input = numbers.bytes(geometry.inputCount)
    let signedInput = numbers.signedBytes(geometry.inputCount)
    let weights = numbers.signedBytes(geometry.weightCount)
    let none = [Int32](repeating: 0, count: geometry.outputChannels)
    let packed = PackedInt8Convolution(weights.span, for: geometry)
    let expected = sums(input, geometry, zeroPoint: 99, weights, zeroPoints: none)
    let signedExpected = sums(signedInput, geometry, zeroPoint: -3, weights, zeroPoints: none)
    for threads in [1, 3] {
      let compute = Compute(tier: tier, threads: threads)
      #expect(convolve(compute, input, geometry, zeroPoint: 99, packed, .sums(), fill: 7) == expected)
      #expect(convolve(compute, signedInput, geometry, zeroPoint: -3, packed, .sums(), fill: 7) == signedExpected)
    }
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func weightsMayBeUnsignedAndHaveZeroPoints(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    var numbers = Numbers(seed: 24)
    let input = numbers.bytes(geometry.inputCount)
    let weights = numbers.bytes(geometry.weightCount)
    let zeroPoints = (0..<geometry.outputChannels).map { Int32($0 * 37 % 256) }
    let packed = PackedInt8Convolution(weights.span, for: geometry, zeroPoints: zeroPoints)
    let expected = sums(input, geometry, zeroPoint: 99, weights, zeroPoints: zeroPoints)
    let compute = Compute(tier: tier, threads: 2)
    #expect(convolve(compute, input, geometry, zeroPoint: 99, packed, .sums(), fill: 7) == expected)
    let table = numbers.bytes(256)
    let small = Int8Epilogue<UInt8>.requantize(multipliers: [0.001], zeroPoint: 128)
    #expect(
      convolve(compute, input, geometry, zeroPoint: 99, packed, small.looked(upIn: table), fill: 0)
        == convolve(compute, input, geometry, zeroPoint: 99, packed, small, fill: 0).map { table[Int($0)] })
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func everyOutputFollowsItsFormula(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    let channels = geometry.outputChannels
    var numbers = Numbers(seed: 25)
    let input = numbers.bytes(geometry.inputCount)
    let weights = numbers.signedBytes(geometry.weightCount)
    let packed = PackedInt8Convolution(weights.span, for: geometry)
    let bias = (0..<channels).map { _ in Int32(numbers.next() % 2000) - 1000 }
    let floatBias = numbers.floats(channels)
    let scales = numbers.floats(channels).map { abs($0) * 0.01 + 0.0001 }
    let exact = sums(
      input, geometry, zeroPoint: 99, weights, zeroPoints: [Int32](repeating: 0, count: channels))
    let requantized = exact.indices.map { index -> Int32 in
      let scaled = Float(exact[index] + bias[index % channels]) * scales[index % channels]
      return Int32(scaled.rounded(.toNearestOrEven))
    }
    let compute = Compute(tier: tier, threads: 2)
    #expect(
      convolve(
        compute, input, geometry, zeroPoint: 99, packed,
        .requantize(multipliers: scales, bias: bias, zeroPoint: 30, range: 30...Int32.max), fill: UInt8(0))
        == requantized.map { UInt8(min(max($0 + 30, 30), 255)) })
    #expect(
      convolve(
        compute, input, geometry, zeroPoint: 99, packed,
        .requantize(multipliers: scales, bias: bias, zeroPoint: -7), fill: Int8(0))
        == requantized.map { Int8(min(max($0 - 7, -128), 127)) })
    let table = numbers.bytes(256)
    let unsigned = Int8Epilogue<UInt8>.requantize(multipliers: scales, bias: bias, zeroPoint: 30)
    #expect(
      convolve(compute, input, geometry, zeroPoint: 99, packed, unsigned.looked(upIn: table), fill: 0)
        == requantized.map { table[Int(min(max($0 + 30, 0), 255))] })
    let signed = Int8Epilogue<Int8>.requantize(multipliers: scales, bias: bias, zeroPoint: -7)
    #expect(
      convolve(compute, input, geometry, zeroPoint: 99, packed, signed.looked(upIn: table), fill: 0)
        == requantized.map {
          Int8(bitPattern: table[Int(UInt8(bitPattern: Int8(min(max($0 - 7, -128), 127))))])
        })
    #expect(
      convolve(
        compute, input, geometry, zeroPoint: 99, packed, .dequantize(scales: scales, bias: floatBias), fill: Float(0))
        == exact.indices.map { Float(exact[$0]) * scales[$0 % channels] + floatBias[$0 % channels] })
  }
}

extension ConvolutionInt8Tests {
  /// Multipliers of 1 and more, up to those that take sums beyond 32 bits, among small ones.
  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func largeMultipliersSaturate(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    let channels = geometry.outputChannels
    var numbers = Numbers(seed: 26)
    let input = numbers.bytes(geometry.inputCount)
    let weights = numbers.signedBytes(geometry.weightCount)
    let packed = PackedInt8Convolution(weights.span, for: geometry)
    let scales: [Float] = (0..<channels).map { [0.01, 1, 0.003, 2.5, 1e6, 0.02, 1e12, 0.5][$0 / 20 % 8] }
    let exact = sums(
      input, geometry, zeroPoint: 99, weights, zeroPoints: [Int32](repeating: 0, count: channels))
    let compute = Compute(tier: tier, threads: 1)
    let expected = exact.indices.map { index in
      let scaled = (Float(exact[index]) * scales[index % channels]).rounded(.toNearestOrEven)
      return UInt8(min(max(scaled + 30, 40), 200))
    }
    #expect(
      convolve(
        compute, input, geometry, zeroPoint: 99, packed,
        .requantize(multipliers: scales, zeroPoint: 30, range: 40...200), fill: UInt8(0)) == expected)
  }
}

/// Values that ONNX Runtime computed for QLinearConv, which has channels before pixels.
@Suite struct QLinearConvTests {
  private func convolve(
    _ tier: KernelTier, _ input: [UInt8], _ geometry: ConvolutionGeometry, _ weights: [Int8], bias: [Int32]
  ) -> [UInt8] {
    let pixels = geometry.input.height * geometry.input.width
    let pixelsFirst = input.indices.map { input[$0 % geometry.inputChannels * pixels + $0 / geometry.inputChannels] }
    let multipliers = [0.011, 0.02, 0.0073].map { Float(0.031) * Float($0) / Float(0.25) }
    var output = [UInt8](repeating: 0, count: geometry.outputCount)
    var span = output.mutableSpan
    Compute(tier: tier, threads: 1).convolveInt8(
      pixelsFirst.span, geometry, zeroPoint: 90, by: PackedInt8Convolution(weights.span, for: geometry),
      epilogue: .requantize(multipliers: multipliers, bias: bias, zeroPoint: 100), into: &span)
    let outputs = output.count / 3
    return output.indices.map { output[$0 % outputs * 3 + $0 / outputs] }
  }

  @Test(arguments: KernelTier.available) func denseWithUnevenPadding(tier: KernelTier) {
    let geometry = ConvolutionGeometry(
      input: .init(height: 4, width: 5), inputChannels: 2, outputChannels: 3, kernel: .init(3),
      strides: .init(height: 1, width: 2), padding: .init(top: 1, left: 0, bottom: 0, right: 1))
    let input: [UInt8] = [
      153, 178, 215, 76, 52, 39, 250, 72, 215, 50, 161, 223, 112, 172, 161, 233, 38, 17, 89, 1, 221, 6, 242, 127, 143,
      6, 60, 210, 94, 25, 166, 33, 249, 189, 12, 204, 33, 57, 124, 30,
    ]
    let weights: [Int8] = [
      71, 21, 74, -9, -56, 92, -125, 81, -6, 8, 19, -51, 5, -46, -13, -41, 34, 102, -58, -57, 112, -66, -81, 56, -97,
      -94, -65, -63, 18, 69, 14, 125, -47, 5, 112, -15, -98, 119, -25, -6, -97, -109, -86, 1, 13, 8, -95, 21, 33, -128,
      50, 13, -21, -93,
    ]
    #expect(
      convolve(tier, input, geometry, weights, bias: [2973, 1845, 1755])
        == [162, 98, 117, 88, 42, 115, 19, 79, 0, 47, 24, 127, 95, 116, 92, 88, 123, 101])
  }

  @Test(arguments: KernelTier.available) func depthwise(tier: KernelTier) {
    let geometry = ConvolutionGeometry(
      input: .init(4), inputChannels: 3, outputChannels: 3, kernel: .init(3), padding: .init(1), groups: 3)
    let input: [UInt8] = [
      133, 29, 61, 36, 244, 192, 207, 131, 254, 67, 99, 248, 47, 71, 89, 119, 137, 85, 246, 206, 214, 129, 203, 234,
      113, 121, 206, 210, 200, 248, 20, 161, 52, 114, 255, 112, 206, 54, 157, 131, 133, 69, 42, 68, 243, 24, 51, 127,
    ]
    let weights: [Int8] = [
      -120, 77, -98, -31, -49, -93, -35, -65, 3, 60, -59, 126, 105, 110, -124, -125, 39, 27, 97, -104, -44, -60, -63,
      -79, -4, 19, -111,
    ]
    #expect(
      convolve(tier, input, geometry, weights, bias: [1152, 2291, -1797])
        == [
          93, 92, 98, 97, 76, 58, 99, 79, 100, 69, 73, 73, 127, 74, 82, 115, 135, 41, 120, 157, 123, 174, 125, 156, 118,
          109, 92, 193, 93, 234, 131, 107, 104, 79, 83, 89, 100, 81, 81, 105, 97, 114, 89, 105, 91, 104, 105, 96,
        ])
  }
}
