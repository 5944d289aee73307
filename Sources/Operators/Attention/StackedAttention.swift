import Kernels
import Tensors

/// softmax(scale · Q · K + mask) · V on stacks of matrices: whole heads at a time where these are short, or else a few heads
/// in one step after another, so that scores stay in the cache.
struct StackedAttention {
  let operands: AttentionOperands
  let stacks: AttentionStacks
  let scale: Float
  let compute: Compute
  /// The queries of all heads, one after the other, that attend to no key and whose results are 0.
  var closedQueries: [Int] = []

  private var sizes: AttentionShape { stacks.sizes }
  private var scoresPerHead: Int { sizes.queries * sizes.keys }

  func result() -> Tensor {
    Tensor(stacks.outputShape, of: Float.self) { output in
      if compute.suitsWholeHeads(sizes), stacks.mask?.hasWholeRows ?? true {
        computeWholeHeads(into: &output)
      } else {
        computeInSteps(into: &output)
      }
      for query in closedQueries { clear(query, in: &output) }
    }
  }

  private func clear(_ query: Int, in output: inout MutableSpan<Float>) {
    let (head, row) = query.quotientAndRemainder(dividingBy: sizes.queries)
    let start = stacks.output.offsets[head] + row * stacks.output.rowStride
    for index in start..<start + sizes.valueSize { output[index] = 0 }
  }

  /// Computes every head in one go.
  private func computeWholeHeads(into output: inout MutableSpan<Float>) {
    // Without a mask nothing reads these numbers.
    let mask = operands.mask ?? operands.query
    compute.attention(
      sizes, scale: scale, query: MatricesOfBatch(operands.query.span(of: Float.self), stacks.query),
      key: MatricesOfBatch(operands.key.span(of: Float.self), stacks.key), transposed: stacks.keysAreRows,
      value: MatricesOfBatch(operands.value.span(of: Float.self), stacks.value), mask: mask.span(of: Float.self),
      stacks.mask?.matrices, into: &output, stacks.output)
  }

  /// As many heads as keep their scores in the cache, and enough for all threads. Results do not depend on it.
  private var headsAtOnce: Int {
    let threads = compute.pool.threads
    let scores = threads == 1 ? 1 << 15 : threads << 16
    return min(sizes.heads, max(scores / scoresPerHead, threads == 1 ? 1 : 2 * threads))
  }

  /// Computes the product, the softmax and the mix of a few heads after each other.
  private func computeInSteps(into output: inout MutableSpan<Float>) {
    var firstBuffer = TensorBuilder<Float>([headsAtOnce, scoresPerHead])
    var secondBuffer = TensorBuilder<Float>([headsAtOnce, scoresPerHead])
    var first = firstBuffer.span
    var second = secondBuffer.span
    for start in stride(from: 0, to: sizes.heads, by: headsAtOnce) {
      let heads = start..<min(start + headsAtOnce, sizes.heads)
      let used = 0..<heads.count * scoresPerHead
      var scores = first._mutatingExtracting(used)
      var weights = second._mutatingExtracting(used)
      multiplyQueries(heads, into: &scores)
      if operands.mask == nil {
        compute.softmax(scores.span, columns: sizes.keys, into: &weights)
        mix(heads, weights.span, into: &output)
      } else {
        addMask(heads, to: scores.span, into: &weights)
        compute.softmax(weights.span, columns: sizes.keys, into: &scores)
        mix(heads, scores.span, into: &output)
      }
    }
  }

  private func multiplyQueries(_ heads: Range<Int>, into scores: inout MutableSpan<Float>) {
    compute.batchedGemm(
      operands.query.span(of: Float.self), stacks.query[heads], by: operands.key.span(of: Float.self),
      stacks.key[heads], transposed: stacks.keysAreRows, rows: sizes.queries, columns: sizes.keys,
      depth: sizes.size, alpha: scale, into: &scores, scoreMatrices(heads))
  }

  private func mix(_ heads: Range<Int>, _ weights: Span<Float>, into output: inout MutableSpan<Float>) {
    compute.batchedGemm(
      weights, scoreMatrices(heads), by: operands.value.span(of: Float.self), stacks.value[heads],
      rows: sizes.queries, columns: sizes.valueSize, depth: sizes.keys, into: &output, stacks.output[heads])
  }

  private func scoreMatrices(_ heads: Range<Int>) -> MatrixBatch {
    MatrixBatch(count: heads.count, batchStride: scoresPerHead, rowStride: sizes.keys)
  }

  /// Writes the masked scores, all heads in a row that share a part of the mask at a time.
  private func addMask(_ heads: Range<Int>, to scores: Span<Float>, into masked: inout MutableSpan<Float>) {
    guard let mask = operands.mask, let layout = stacks.mask else { return }
    let summands = mask.span(of: Float.self)
    let offsets = layout.matrices.offsets
    var start = heads.lowerBound
    while start < heads.upperBound {
      let offset = offsets[start]
      let end = offsets[start..<heads.upperBound].firstIndex { $0 != offset } ?? heads.upperBound
      guard let broadcast = Broadcast([end - start, sizes.queries, sizes.keys], layout.shape) else {
        preconditionFailure("a mask of \(layout.shape) for scores of \([sizes.queries, sizes.keys])")
      }
      let range = (start - heads.lowerBound) * scoresPerHead..<(end - heads.lowerBound) * scoresPerHead
      var target = masked._mutatingExtracting(range)
      compute.combine(
        .add, scores.extracting(range), summands.extracting(offset..<offset + layout.shape.count), broadcast,
        into: &target)
      start = end
    }
  }
}
