import Kernels
import Testing

@Suite struct BatchedGemmTests {
  private func product(
    _ compute: Compute, _ a: [Float], _ aBatch: MatrixBatch, _ b: [Float], _ bBatch: MatrixBatch,
    transposed: Bool = false, rows: Int, columns: Int, depth: Int, alpha: Float = 1, _ cBatch: MatrixBatch
  ) -> [Float] {
    let count = (cBatch.offsets.max() ?? 0) + (rows - 1) * cBatch.rowStride + columns
    var c = [Float](repeating: 777, count: count)
    var span = c.mutableSpan
    compute.batchedGemm(
      a.span, aBatch, by: b.span, bBatch, transposed: transposed, rows: rows, columns: columns, depth: depth,
      alpha: alpha, into: &span, cBatch)
    return c
  }

  @Test(arguments: KernelTier.available, [1, 2, 3])
  func itemsAreMultipliedPairByPair(tier: KernelTier, threads: Int) {
    let compute = Compute(tier: tier, threads: threads)
    var numbers = Numbers(seed: 9)
    for batch in [1, 2, 13] {
      let (rows, columns, depth) = (35, 40, 19)
      let (a, b) = (numbers.floats(batch * rows * depth), numbers.floats(batch * depth * columns))
      let c = product(
        compute, a, MatrixBatch(count: batch, batchStride: rows * depth, rowStride: depth),
        b, MatrixBatch(count: batch, batchStride: depth * columns, rowStride: columns),
        rows: rows, columns: columns, depth: depth, alpha: 0.5,
        MatrixBatch(count: batch, batchStride: rows * columns, rowStride: columns))
      let expected = (0..<batch * rows * columns).map { index -> Float in
        let (item, row, column) = (index / (rows * columns), index / columns % rows, index % columns)
        return (0..<depth).reduce(Float(0)) {
          $0 + a[(item * rows + row) * depth + $1] * b[(item * depth + $1) * columns + column]
        } / 2
      }
      #expect(largestDifference(c, expected) < 1e-5)
    }
  }

  /// Queries and keys of two heads, stored as [sequence][head][channel], multiply to scores [head][query][key].
  @Test(arguments: KernelTier.available) func headsAreReadInPlaceAndKeysTransposed(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    var numbers = Numbers(seed: 10)
    let (sequence, heads, channels) = (37, 2, 24)
    let queries = numbers.floats(sequence * heads * channels)
    let keys = numbers.floats(sequence * heads * channels)
    let layout = MatrixBatch(count: heads, batchStride: channels, rowStride: heads * channels)
    let scores = product(
      compute, queries, layout, keys, layout, transposed: true, rows: sequence, columns: sequence, depth: channels,
      MatrixBatch(count: heads, batchStride: sequence * sequence, rowStride: sequence))
    let expected = (0..<heads * sequence * sequence).map { index -> Float in
      let (head, query, key) = (index / (sequence * sequence), index / sequence % sequence, index % sequence)
      return (0..<channels).reduce(Float(0)) {
        $0 + queries[(query * heads + head) * channels + $1] * keys[(key * heads + head) * channels + $1]
      }
    }
    #expect(largestDifference(scores, expected) < 1e-5)
  }

  @Test(arguments: KernelTier.available) func aStrideOfZeroBroadcasts(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    let a: [Float] = [1, 2, 3, 4]
    let c = product(
      compute, a, MatrixBatch(count: 2, batchStride: 2, rowStride: 2), [10, 1],
      MatrixBatch(count: 2, batchStride: 0, rowStride: 1), rows: 1, columns: 1, depth: 2,
      MatrixBatch(count: 2, batchStride: 1, rowStride: 1))
    #expect(c == [12, 34])
  }
}
