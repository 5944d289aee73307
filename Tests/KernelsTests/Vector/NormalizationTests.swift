import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct NormalizationTests {
  private static let widths = vectorLengths.filter { $0 > 0 }

  private func rows(_ input: [Float], _ columns: Int) -> [[Double]] {
    stride(from: 0, to: input.count, by: columns).map { start in input[start..<start + columns].map(Double.init) }
  }

  private func expectClose(_ output: [Float], _ expected: [Double], _ tolerance: Double) {
    for (value, exact) in zip(output, expected) {
      #expect(abs(Double(value) - exact) <= tolerance * max(1, abs(exact)))
    }
  }

  @Test(arguments: widths) func softmaxOfRows(columns: Int) {
    var numbers = TestNumbers(seed: 31)
    let input = numbers.floats(3 * columns, in: -9...9)
    let expected = rows(input, columns).flatMap { row in
      let sum = row.reduce(0) { $0 + exp($1) }
      return row.map { exp($0) / sum }
    }
    let reference = [Float](count: input.count, filler: 0) {
      Compute.reference.softmax(input.span, columns: columns, into: &$0)
    }
    expectClose(reference, expected, 1e-6)
    let logarithms = [Float](count: input.count, filler: 0) {
      Compute.reference.logSoftmax(input.span, columns: columns, into: &$0)
    }
    expectClose(logarithms, expected.map { log($0) }, 1e-6)
    for compute in Compute.fast {
      #expect(
        [Float](count: input.count, filler: 0) { compute.softmax(input.span, columns: columns, into: &$0) } == reference
      )
      #expect(
        [Float](count: input.count, filler: 0) { compute.logSoftmax(input.span, columns: columns, into: &$0) }
          == logarithms)
    }
  }

  @Test func softmaxKeepsLargeNumbersAndMasksInfinities() {
    let input: [Float] = [1000, 1000, -.infinity, -1000]
    for compute in Compute.all {
      #expect([Float](count: 4, filler: 9) { compute.softmax(input.span, columns: 4, into: &$0) } == [0.5, 0.5, 0, 0])
      let withNaN: [Float] = [1, .nan, 2, 5, 5, 5]
      let output = [Float](count: 6, filler: 9) { compute.softmax(withNaN.span, columns: 3, into: &$0) }
      #expect(output[0..<3].allSatisfy { $0.isNaN })
      #expect(output[3...].allSatisfy { abs($0 - 1 / 3) < 1e-7 })
    }
  }

  /// Masks of -100 are common, and products with denormal numbers take a hundred times as long as others.
  @Test func softmaxHasNoDenormalShares() {
    let input: [Float] = [0, -100, -87.4, -87.3]
    for compute in Compute.all {
      let output = [Float](count: 4, filler: 9) { compute.softmax(input.span, columns: 4, into: &$0) }
      #expect(output[0..<3] == [1, 0, 0])
      #expect(output[3].isNormal && abs(Double(output[3]) / exp(Double(input[3])) - 1) < 1e-6)
    }
  }

  @Test(arguments: widths) func layersAreNormalized(columns: Int) {
    var numbers = TestNumbers(seed: 41)
    let input = numbers.floats(4 * columns, in: -2...6)
    let scale = numbers.floats(columns)
    let bias = numbers.floats(columns)
    var means: [Double] = []
    var inverses: [Double] = []
    let expected = rows(input, columns).flatMap { row in
      let mean = row.reduce(0, +) / Double(columns)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      let inverse = 1 / (variance + 1e-3).squareRoot()
      means.append(mean)
      inverses.append(inverse)
      return row.indices.map { (row[$0] - mean) * inverse * Double(scale[$0]) + Double(bias[$0]) }
    }
    var reference: [Float] = []
    for compute in Compute.all {
      var centers = [Float](repeating: 0, count: 4)
      var deviations = [Float](repeating: 0, count: 4)
      let output = [Float](count: input.count, filler: 9) {
        var centerSpan = centers.mutableSpan
        var deviationSpan = deviations.mutableSpan
        compute.normalizeLayer(
          input.span, scale: scale.span, bias: bias.span, epsilon: 1e-3, into: &$0, means: &centerSpan,
          inverseDeviations: &deviationSpan)
      }
      expectClose(output, expected, 1e-5)
      expectClose(centers, means, 1e-6)
      expectClose(deviations, inverses, 1e-5)
      if reference.isEmpty { reference = output }
      #expect(output == reference)
      let unbiased = [Float](count: input.count, filler: 9) {
        compute.normalizeLayer(input.span, scale: scale.span, bias: Span(), epsilon: 1e-3, into: &$0)
      }
      expectClose(unbiased, expected.indices.map { expected[$0] - Double(bias[$0 % columns]) }, 1e-5)
    }
  }

  @Test(arguments: widths) func rowsAreNormalizedByTheirRootMeanSquare(columns: Int) {
    var numbers = TestNumbers(seed: 51)
    let input = numbers.floats(2 * columns)
    let scale = numbers.floats(columns)
    let expected = rows(input, columns).flatMap { row in
      let inverse = 1 / (row.reduce(0) { $0 + $1 * $1 } / Double(columns) + 1e-6).squareRoot()
      return row.indices.map { row[$0] * inverse * Double(scale[$0]) }
    }
    for compute in Compute.all {
      let output = [Float](count: input.count, filler: 9) {
        compute.normalizeByRootMeanSquare(input.span, scale: scale.span, epsilon: 1e-6, into: &$0)
      }
      expectClose(output, expected, 1e-5)
    }
  }

  @Test func manyRowsAreSharedOut() {
    var numbers = TestNumbers(seed: 61)
    let input = numbers.floats(3000 * 100)
    let reference = [Float](count: input.count, filler: 0) {
      Compute.reference.softmax(input.span, columns: 100, into: &$0)
    }
    for compute in Compute.fast {
      #expect(
        [Float](count: input.count, filler: 0) { compute.softmax(input.span, columns: 100, into: &$0) } == reference)
    }
  }
}
