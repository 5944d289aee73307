import Kernels
import Testing

@Suite struct ConvolutionTests {
  private func convolve(
    _ compute: Compute, _ input: [Float], _ geometry: ConvolutionGeometry, _ weights: [Float], bias: [Float]? = nil,
    activation: Activation = .none, residual: [Float]? = nil
  ) -> [Float] {
    var output = [Float](repeating: .nan, count: geometry.outputCount)
    var span = output.mutableSpan
    compute.convolve(
      input.span, geometry, by: PackedConvolution(weights.span, for: geometry), bias: bias?.span,
      activation: activation, residual: residual?.span, into: &span)
    return output
  }

  @Test func sizesFollowTheFormulaOfONNX() {
    let geometry = ConvolutionGeometry(
      input: .init(height: 11, width: 10), inputChannels: 1, outputChannels: 1, kernel: .init(height: 2, width: 4),
      strides: .init(height: 3, width: 1), dilations: .init(height: 1, width: 2),
      padding: .init(top: 2, left: 0, bottom: 1, right: 3))
    #expect(geometry.outputHeight == 5)
    #expect(geometry.outputWidth == 7)
    let small = ConvolutionGeometry(input: .init(2), inputChannels: 1, outputChannels: 1, kernel: .init(3))
    #expect(small.outputHeight == 0)
    #expect(small.outputCount == 0)
  }

  @Test(arguments: KernelTier.available) func anExampleByHand(tier: KernelTier) {
    let geometry = ConvolutionGeometry(
      input: .init(height: 2, width: 2), inputChannels: 1, outputChannels: 1, kernel: .init(2),
      padding: .init(top: 0, left: 1, bottom: 0, right: 0))
    let compute = Compute(tier: tier, threads: 1)
    #expect(convolve(compute, [1, 2, 3, 4], geometry, [1, 10, 100, 1000]) == [3010, 4321])
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func everyGeometryAgreesWithTheDefinition(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    var numbers = Numbers(seed: 21)
    let input = numbers.floats(geometry.inputCount)
    let weights = numbers.floats(geometry.weightCount)
    let bias = numbers.floats(geometry.outputChannels)
    let residual = numbers.floats(geometry.outputCount)
    var sums = [Double](repeating: 0, count: geometry.outputCount)
    geometry.forEachProduct { output, from, weight in
      if let from { sums[output] += Double(input[from]) * Double(weights[weight]) }
    }
    let plain = sums.map(Float.init)
    let finished = sums.indices.map {
      min(max(Float(sums[$0]) + bias[$0 % geometry.outputChannels] + residual[$0], -0.5), 2)
    }
    for threads in [1, 3] {
      let compute = Compute(tier: tier, threads: threads)
      #expect(largestDifference(convolve(compute, input, geometry, weights), plain) < 1e-4)
      let actual = convolve(
        compute, input, geometry, weights, bias: bias, activation: .clamp(-0.5...2), residual: residual)
      #expect(largestDifference(actual, finished) < 1e-4)
    }
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func aFunctionIsThatOfTheConvolution(tier: KernelTier, example: ConvolutionCase) {
    var numbers = Numbers(seed: 23)
    let input = numbers.floats(example.geometry.inputCount)
    let weights = numbers.floats(example.geometry.weightCount)
    let residual = numbers.floats(example.geometry.outputCount)
    for threads in [1, 2] {
      let compute = Compute(tier: tier, threads: threads)
      let plain = convolve(compute, input, example.geometry, weights, residual: residual)
      let function = UnaryFunction.silu(factor: 1)
      let actual = convolve(
        compute, input, example.geometry, weights, activation: .function(function), residual: residual)
      #expect(actual == plain.map { function($0) })
    }
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func someChannelsOfATensorAreWrittenAndNoOthers(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    let columns = geometry.outputChannels
    let channels = OutputChannels(first: 3, total: columns + 8)
    let pixels = geometry.outputCount / columns
    var numbers = Numbers(seed: 24)
    let input = numbers.floats(geometry.inputCount)
    let weights = numbers.floats(geometry.weightCount)
    let bias = numbers.floats(columns)
    let residual = numbers.floats(pixels * channels.total)
    let ownResidual = (0..<geometry.outputCount).map {
      residual[$0 / columns * channels.total + channels.first + $0 % columns]
    }
    for threads in [1, 3] {
      let compute = Compute(tier: tier, threads: threads)
      let packed = PackedConvolution(weights.span, for: geometry)
      var expected = [Float](repeating: 1234, count: pixels * channels.total)
      let alone = convolve(compute, input, geometry, weights, bias: bias, residual: ownResidual)
      for (index, value) in alone.enumerated() {
        expected[index / columns * channels.total + channels.first + index % columns] = value
      }
      var output = [Float](repeating: 1234, count: pixels * channels.total)
      var span = output.mutableSpan
      compute.convolve(
        input.span, compute.plan(geometry, for: packed), by: packed, bias: bias.span, residual: residual.span,
        into: &span, channels: channels)
      #expect(output == expected)
    }
  }

  /// Results that are spread over a larger tensor, from some element on, are those that otherwise follow each other.
  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func aLayoutSaysWhereResultsGo(tier: KernelTier, example: ConvolutionCase) {
    let geometry = example.geometry
    let columns = geometry.outputChannels
    let pixel = columns + 3
    let row = (geometry.outputWidth + 1) * pixel
    let plane = 2 * geometry.outputHeight * row
    let image = (geometry.outputDepth + 2) * plane
    let layout = OutputLayout(first: 5, pixel: pixel, row: row, plane: plane, image: image)
    var numbers = Numbers(seed: 26)
    let input = numbers.floats(geometry.inputCount)
    let weights = numbers.floats(geometry.weightCount)
    let bias = numbers.floats(columns)
    let packed = PackedConvolution(weights.span, for: geometry)
    for threads in [1, 3] {
      let compute = Compute(tier: tier, threads: threads)
      let activation = Activation.function(.silu(factor: 1))
      var expected = [Float](repeating: 1234, count: 5 + geometry.batch * image)
      let dense = convolve(compute, input, geometry, weights, bias: bias, activation: activation)
      for (index, value) in dense.enumerated() {
        let (x, y) = (index / columns % geometry.outputWidth, index / columns / geometry.outputWidth)
        let z = y / geometry.outputHeight
        let rows = y % geometry.outputHeight * row + z % geometry.outputDepth * plane + z / geometry.outputDepth * image
        expected[5 + rows + x * pixel + index % columns] = value
      }
      var output = [Float](repeating: 1234, count: expected.count)
      var span = output.mutableSpan
      compute.convolve(
        input.span, compute.plan(geometry, for: packed, layout: layout), by: packed, bias: bias.span,
        activation: activation, into: &span)
      #expect(largestDifference(output, expected) < 1e-5)
    }
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func threadsDoNotChangeABit(tier: KernelTier, example: ConvolutionCase) {
    var numbers = Numbers(seed: 22)
    let input = numbers.floats(example.geometry.inputCount)
    let weights = numbers.floats(example.geometry.weightCount)
    let one = convolve(Compute(tier: tier, threads: 1), input, example.geometry, weights)
    #expect(convolve(Compute(tier: tier, threads: 2), input, example.geometry, weights) == one)
    #expect(convolve(Compute(tier: tier, threads: 3), input, example.geometry, weights) == one)
  }

  @Test(arguments: KernelTier.available, ConvolutionCase.all)
  func anImageOfABatchIsConvolvedAsByItself(tier: KernelTier, example: ConvolutionCase) {
    var numbers = Numbers(seed: 25)
    let input = numbers.floats(example.geometry.inputCount)
    let weights = numbers.floats(example.geometry.weightCount)
    let compute = Compute(tier: tier, threads: 1)
    var alone = example.geometry
    alone.batch = 1
    let images = (0..<example.geometry.batch).map { image in
      Array(input[image * alone.inputCount..<(image + 1) * alone.inputCount])
    }
    let expected = images.flatMap { convolve(compute, $0, alone, weights) }
    #expect(convolve(compute, input, example.geometry, weights) == expected)
  }

  /// An image wider than the cache takes is cut into columns as well as rows.
  @Test(arguments: KernelTier.available, [1, 2]) func largeImagesAreCutIntoBlocksWithoutSeams(
    tier: KernelTier, threads: Int
  ) {
    let geometry = ConvolutionGeometry(
      input: .init(height: 5, width: 1500), inputChannels: 32, outputChannels: 2, kernel: .init(3),
      padding: .init(1))
    let compute = Compute(tier: tier, threads: threads)
    let input = (0..<geometry.inputCount).map { Float($0 / 32 % 1500 + 1) }
    var weights = [Float](repeating: 0, count: geometry.weightCount)
    weights[4] = 1  // output 0: input channel 0, same pixel
    weights[9 * 32 + 3] = 1  // output 1: input channel 0, the pixel on the left
    let output = convolve(compute, input, geometry, weights)
    let expected = (0..<geometry.outputCount).map { index -> Float in
      let (column, channel) = (index / 2 % 1500, index % 2)
      return Float(column + 1 - channel)
    }
    #expect(output == expected)
  }

  @Test(arguments: KernelTier.available) func weightsServeEveryImageSize(tier: KernelTier) {
    var geometry = ConvolutionGeometry(
      input: .init(1), inputChannels: 1, outputChannels: 1, kernel: .init(height: 1, width: 3))
    let weights = PackedConvolution([1, 10, 100].span, for: geometry)
    geometry.input = .init(height: 1, width: 4)
    geometry.padding = .init(top: 0, left: 0, bottom: 0, right: 1)
    var output: [Float] = [0, 0, 0]
    var span = output.mutableSpan
    Compute(tier: tier, threads: 1).convolve([1, 2, 3, 4].span, geometry, by: weights, into: &span)
    #expect(output == [321, 432, 43])
  }
}
