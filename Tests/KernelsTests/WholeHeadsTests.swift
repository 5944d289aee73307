import Kernels
import Testing

/// Attention of whole heads, compared with what products and softmax compute one after the other.
@Suite struct WholeHeadsTests {
  /// Heads that lie side by side in rows of queries, keys and values, as projections leave them.
  private struct Example: CustomTestStringConvertible {
    var shape: AttentionShape
    var keysAreRows = true
    /// The row stride of the mask; nil for no mask.
    var maskStride: Int?

    var testDescription: String { "\(shape) keys in \(keysAreRows ? "rows" : "columns"), mask \(maskStride ?? -1)" }

    var query: MatrixBatch { sideBySide(shape.size) }
    var value: MatrixBatch { sideBySide(shape.valueSize) }
    var key: MatrixBatch {
      keysAreRows
        ? sideBySide(shape.size)
        : MatrixBatch(count: shape.heads, batchStride: shape.size * shape.keys, rowStride: shape.keys)
    }
    /// The same for all heads.
    var mask: MatrixBatch? {
      maskStride.map { MatrixBatch(count: shape.heads, batchStride: 0, rowStride: $0) }
    }
    var output: MatrixBatch { sideBySide(shape.valueSize) }

    private func sideBySide(_ size: Int) -> MatrixBatch {
      MatrixBatch(count: shape.heads, batchStride: size, rowStride: shape.heads * size)
    }
  }

  private static let examples: [Example] = {
    var examples: [Example] = []
    for (queries, keys) in [(1, 1), (1, 7), (13, 13), (3, 16), (8, 17), (16, 33), (20, 49), (9, 70)] {
      for (size, valueSize) in [(1, 1), (32, 32), (5, 19), (64, 48)] {
        let shape = AttentionShape(heads: 4, queries: queries, keys: keys, size: size, valueSize: valueSize)
        examples.append(Example(shape: shape))
        examples.append(Example(shape: shape, keysAreRows: false, maskStride: keys))
        examples.append(Example(shape: shape, maskStride: 0))
      }
    }
    return examples
  }()

  private struct Operands {
    let query: [Float]
    let key: [Float]
    let value: [Float]
    var mask: [Float]

    init(_ shape: AttentionShape) {
      var numbers = Numbers(seed: 21)
      query = numbers.floats(shape.heads * shape.queries * shape.size)
      key = numbers.floats(shape.heads * shape.keys * shape.size)
      value = numbers.floats(shape.heads * shape.keys * shape.valueSize)
      mask = numbers.floats(shape.queries * shape.keys)
    }
  }

  private func attention(_ compute: Compute, _ example: Example, _ operands: Operands) -> [Float] {
    let shape = example.shape
    var output = [Float](repeating: 777, count: shape.heads * shape.queries * shape.valueSize)
    var span = output.mutableSpan
    compute.attention(
      shape, scale: 0.25, query: MatricesOfBatch(operands.query.span, example.query),
      key: MatricesOfBatch(operands.key.span, example.key), transposed: example.keysAreRows,
      value: MatricesOfBatch(operands.value.span, example.value), mask: operands.mask.span, example.mask, into: &span,
      example.output)
    return output
  }

  private func stepByStep(_ compute: Compute, _ example: Example, _ operands: Operands) -> [Float] {
    let shape = example.shape
    let head = shape.queries * shape.keys
    let matrices = MatrixBatch(count: shape.heads, batchStride: head, rowStride: shape.keys)
    var scores = [Float](repeating: 0, count: shape.heads * head)
    var span = scores.mutableSpan
    compute.batchedGemm(
      operands.query.span, example.query, by: operands.key.span, example.key, transposed: example.keysAreRows,
      rows: shape.queries, columns: shape.keys, depth: shape.size, alpha: 0.25, into: &span, matrices)
    if let stride = example.maskStride {
      for index in scores.indices {
        scores[index] += operands.mask[index % head / shape.keys * stride + index % shape.keys]
      }
    }
    var weights = [Float](repeating: 0, count: scores.count)
    var weightSpan = weights.mutableSpan
    compute.softmax(scores.span, columns: shape.keys, into: &weightSpan)
    var output = [Float](repeating: 777, count: shape.heads * shape.queries * shape.valueSize)
    var outputSpan = output.mutableSpan
    compute.batchedGemm(
      weights.span, matrices, by: operands.value.span, example.value, rows: shape.queries, columns: shape.valueSize,
      depth: shape.keys, into: &outputSpan, example.output)
    return output
  }

  @Test(arguments: KernelTier.available, [1, 3]) func bitsAreThoseOfTheSteps(tier: KernelTier, threads: Int) {
    let compute = Compute(tier: tier, threads: threads)
    for example in Self.examples {
      let operands = Operands(example.shape)
      let (whole, steps) = (attention(compute, example, operands), stepByStep(compute, example, operands))
      #expect(whole.map(\.bitPattern) == steps.map(\.bitPattern), "\(example)")
    }
  }

  @Test(arguments: KernelTier.available) func keysThatAreMaskedCountForNothing(tier: KernelTier) {
    let example = Example(
      shape: AttentionShape(heads: 2, queries: 5, keys: 21, size: 8, valueSize: 8), maskStride: 21)
    var operands = Operands(example.shape)
    // Each query sees the key of its own number only.
    operands.mask = (0..<5 * 21).map { $0 / 21 == $0 % 21 ? 0 : -.infinity }
    let output = attention(Compute(tier: tier, threads: 1), example, operands)
    #expect(output == Array(operands.value[..<(5 * 2 * 8)]))
  }

  @Test(arguments: KernelTier.available) func aQueryWithoutKeysIsNotANumber(tier: KernelTier) {
    let example = Example(
      shape: AttentionShape(heads: 1, queries: 2, keys: 3, size: 4, valueSize: 4), maskStride: 3)
    var operands = Operands(example.shape)
    operands.mask = [-.infinity, -.infinity, -.infinity, 0, 0, 0]
    let output = attention(Compute(tier: tier, threads: 1), example, operands)
    #expect(output[..<4].allSatisfy(\.isNaN) && output[4...].allSatisfy(\.isFinite))
  }

  @Test func wholeHeadsAreForShortSequencesOfManyHeads() {
    let compute = Compute(tier: .reference, threads: 2)
    func suits(_ heads: Int, _ keys: Int, _ size: Int) -> Bool {
      compute.suitsWholeHeads(AttentionShape(heads: heads, queries: keys, keys: keys, size: size, valueSize: size))
    }
    #expect(suits(12, 13, 32) && suits(4, 128, 64))
    #expect(!suits(12, 129, 64) && !suits(3, 13, 32))
  }
}
