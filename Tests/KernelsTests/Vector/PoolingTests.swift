import Kernels
import Tensors
import Testing

@Suite struct PoolingTests {
  /// Two-dimensional pooling from its definition: the places of each window that lie in the input, and how many count.
  private func windows(_ shape: PoolingShape) -> [(places: [Int], counted: Int)] {
    let (rows, columns) = (shape.axes[0], shape.axes[1])
    var windows: [(places: [Int], counted: Int)] = []
    for batch in 0..<shape.batch {
      for y in 0..<rows.output {
        for x in 0..<columns.output {
          for channel in 0..<shape.channels {
            var (places, padding): ([Int], Int) = ([], 0)
            for i in 0..<rows.kernel {
              for j in 0..<columns.kernel {
                let row = y * rows.stride - rows.padBegin + i * rows.dilation
                let column = x * columns.stride - columns.padBegin + j * columns.dilation
                if row >= rows.input + rows.padEnd || column >= columns.input + columns.padEnd { continue }
                if (0..<rows.input).contains(row), (0..<columns.input).contains(column) {
                  places.append(((batch * rows.input + row) * columns.input + column) * shape.channels + channel)
                } else {
                  padding += 1
                }
              }
            }
            windows.append((places, shape.countsPadding ? places.count + padding : places.count))
          }
        }
      }
    }
    return windows
  }

  static let shapes: [PoolingShape] = [
    PoolingShape(
      batch: 2,
      axes: [
        PoolingAxis(input: 7, output: 3, kernel: 3, stride: 2), PoolingAxis(input: 9, output: 4, kernel: 3, stride: 2),
      ],
      channels: 17),
    PoolingShape(
      batch: 1,
      axes: [
        PoolingAxis(input: 6, output: 6, kernel: 3, padBegin: 1, padEnd: 1),
        PoolingAxis(input: 5, output: 3, kernel: 3, stride: 2, padBegin: 1, padEnd: 2),
      ], channels: 3, countsPadding: true),
    PoolingShape(
      batch: 1,
      axes: [
        PoolingAxis(input: 9, output: 5, kernel: 3, dilation: 2),
        PoolingAxis(input: 9, output: 6, kernel: 3, dilation: 3, padBegin: 2, padEnd: 1),
      ], channels: 33),
    // Ceiling: the last windows reach beyond input and padding.
    PoolingShape(
      batch: 3,
      axes: [
        PoolingAxis(input: 6, output: 3, kernel: 3, stride: 2, padEnd: 0),
        PoolingAxis(input: 6, output: 4, kernel: 3, stride: 2, padBegin: 1, padEnd: 1),
      ],
      channels: 16, countsPadding: true),
    PoolingShape(batch: 2, axes: [PoolingAxis(whole: 7), PoolingAxis(whole: 7)], channels: 40),
    // Channels of every width that kernels have for them, and a rest.
    PoolingShape(
      batch: 1,
      axes: [
        PoolingAxis(input: 5, output: 2, kernel: 3, stride: 2), PoolingAxis(input: 7, output: 3, kernel: 3, stride: 2),
      ],
      channels: 64 + 64 + 16 + 5),
    // Sums that 16 bits do not hold, over many rows and within one.
    PoolingShape(batch: 1, axes: [PoolingAxis(whole: 30), PoolingAxis(whole: 30)], channels: 70),
    PoolingShape(batch: 1, axes: [PoolingAxis(whole: 2), PoolingAxis(whole: 700)], channels: 19),
    PoolingShape(
      batch: 1, axes: [PoolingAxis(input: 30, output: 28, kernel: 3), PoolingAxis(input: 30, output: 28, kernel: 3)],
      channels: 40),
  ]

  @Test(arguments: shapes) func numbersArePooled(shape: PoolingShape) {
    var numbers = TestNumbers(seed: 71)
    let input = numbers.floats(shape.inputCount)
    let windows = windows(shape)
    let maxima = windows.map { window in window.places.map { input[$0] }.max()! }
    let averages = windows.map { window in window.places.reduce(Float(0)) { $0 + input[$1] } / Float(window.counted) }
    for compute in Compute.all {
      #expect([Float](count: maxima.count, filler: 9) { compute.poolMaximum(input.span, shape, into: &$0) } == maxima)
      #expect(
        [Float](count: averages.count, filler: 9) { compute.poolAverage(input.span, shape, into: &$0) } == averages)
    }
  }

  @Test(arguments: shapes) func quantizedNumbersArePooled(shape: PoolingShape) {
    var numbers = TestNumbers(seed: 81)
    let input = numbers.bytes(shape.inputCount)
    let signed = input.map { Int8(bitPattern: $0) }
    let (wide, wideSigned) = (input.map { Int($0) }, signed.map { Int($0) })
    let windows = windows(shape)
    func average(_ window: (places: [Int], counted: Int), _ values: [Int], _ zeroPoint: Int, _ outputZeroPoint: Float)
      -> Float
    {
      let sum = window.places.reduce(0) { $0 + values[$1] - zeroPoint }
      let factor = Float(0.04) / (Float(0.03) * Float(window.counted))
      return (Float(sum) * factor).rounded(.toNearestOrEven) + outputZeroPoint
    }
    let maxima = windows.map { window in window.places.map { input[$0] }.max()! }
    let signedMaxima = windows.map { window in window.places.map { signed[$0] }.max()! }
    let averages = windows.map { UInt8(min(max(average($0, wide, 120, 131), 0), 255)) }
    let signedAverages = windows.map { Int8(min(max(average($0, wideSigned, -5, 7), -128), 127)) }
    for compute in Compute.all {
      #expect([UInt8](count: maxima.count, filler: 9) { compute.poolMaximum(input.span, shape, into: &$0) } == maxima)
      #expect(
        [Int8](count: maxima.count, filler: 9) { compute.poolMaximum(signed.span, shape, into: &$0) } == signedMaxima)
      let output = [UInt8](count: averages.count, filler: 9) {
        compute.poolAverage(
          input.span, TensorScale(0.04, zeroPoint: 120), shape, into: &$0, TensorScale(0.03, zeroPoint: 131))
      }
      #expect(output == averages)
      let signedOutput = [Int8](count: averages.count, filler: 9) {
        compute.poolAverage(
          signed.span, TensorScale(0.04, zeroPoint: -5), shape, into: &$0, TensorScale(0.03, zeroPoint: 7))
      }
      #expect(signedOutput == signedAverages)
    }
  }

  @Test(arguments: shapes) func meansOfRealNumbersAreQuantized(shape: PoolingShape) {
    var numbers = TestNumbers(seed: 83)
    let input = numbers.bytes(shape.inputCount)
    let signed = input.map { Int8(bitPattern: $0) }
    func mean(_ window: (places: [Int], counted: Int), _ value: (Int) -> Int, _ zeroPoint: Float) -> Float {
      let sum = window.places.reduce(Float(0)) { $0 + Float(value($1)) * 0.04 }
      return (sum / Float(window.counted) / 0.03 + zeroPoint).rounded(.toNearestOrEven)
    }
    let windows = windows(shape)
    let means = windows.map { UInt8(min(max(mean($0, { Int(input[$0]) - 120 }, 131), 0), 255)) }
    let signedMeans = windows.map { Int8(min(max(mean($0, { Int(signed[$0]) + 5 }, 7), -128), 127)) }
    for compute in Compute.all {
      let output = [UInt8](count: means.count, filler: 9) {
        compute.poolRealAverage(
          input.span, TensorScale(0.04, zeroPoint: 120), shape, into: &$0, TensorScale(0.03, zeroPoint: 131))
      }
      #expect(output == means)
      let signedOutput = [Int8](count: means.count, filler: 9) {
        compute.poolRealAverage(
          signed.span, TensorScale(0.04, zeroPoint: -5), shape, into: &$0, TensorScale(0.03, zeroPoint: 7))
      }
      #expect(signedOutput == signedMeans)
    }
  }

  @Test func oneAndThreeAxesArePooled() {
    let line = PoolingShape(batch: 1, axes: [PoolingAxis(input: 5, output: 2, kernel: 2, stride: 2)], channels: 1)
    let cube = PoolingShape(
      batch: 1, axes: [PoolingAxis](repeating: PoolingAxis(input: 2, output: 1, kernel: 2), count: 3), channels: 2)
    let numbers = (0..<16).map { Float($0) }
    for compute in Compute.all {
      #expect(
        [Float](count: 2, filler: 9) { compute.poolMaximum(([1, 5, -2, -3, 8] as [Float]).span, line, into: &$0) } == [
          5, -2,
        ])
      #expect([Float](count: 2, filler: 9) { compute.poolAverage(numbers.span, cube, into: &$0) } == [7, 8])
    }
  }

  /// Of either sign, at each place of a window, in blocks of channels of every width.
  @Test(arguments: [64 + 16 + 16 + 3, 5]) func nanIsFoundWhereverItIs(channels: Int) {
    let shape = PoolingShape(
      batch: 1,
      axes: [PoolingAxis(input: 2, output: 1, kernel: 2), PoolingAxis(input: 4, output: 2, kernel: 2, stride: 2)],
      channels: channels)
    for compute in Compute.all {
      for place in 0..<shape.inputCount {
        var input = [Float](repeating: 1, count: shape.inputCount)
        input[place] = place % 2 == 0 ? .nan : -.nan
        let maxima = [Float](count: shape.outputCount, filler: 9) {
          compute.poolMaximum(input.span, shape, into: &$0)
        }
        let window = place / channels % 4 / 2
        #expect(maxima.indices.filter { maxima[$0].isNaN } == [window * channels + place % channels])
        #expect(maxima.filter { $0 == 1 }.count == maxima.count - 1)
      }
    }
  }

  @Test func infinitiesAreNumbersLikeOthers() {
    let shape = PoolingShape(batch: 1, axes: [PoolingAxis(input: 4, output: 2, kernel: 3)], channels: 1)
    for compute in Compute.all {
      let maxima = [Float](count: 2, filler: 9) {
        compute.poolMaximum(([-.infinity, 2, -.infinity, .infinity] as [Float]).span, shape, into: &$0)
      }
      #expect(maxima == [2, .infinity])
    }
  }

  @Test func nanIsTheLargestNumberAndEmptyWindowsHaveNone() {
    let shape = PoolingShape(
      batch: 1, axes: [PoolingAxis(input: 4, output: 3, kernel: 2, stride: 2, padEnd: 2)], channels: 1)
    for compute in Compute.all {
      let maxima = [Float](count: 3, filler: 9) {
        compute.poolMaximum(([.nan, 1, 2, 3] as [Float]).span, shape, into: &$0)
      }
      #expect(maxima[0].isNaN)
      #expect(maxima[1...] == [3, -.infinity])
      #expect(
        [UInt8](count: 3, filler: 9) { compute.poolMaximum(([7, 1, 2, 3] as [UInt8]).span, shape, into: &$0) } == [
          7, 3, 0,
        ])
    }
  }
}
