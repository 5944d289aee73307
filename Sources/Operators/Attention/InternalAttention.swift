import Kernels
import ModelGraph
import OrderedCollections
import Tensors

/// Attention (internal): softmax(scale · Q · K + mask) · V on stacks of matrices, the operands being read and the result
/// written in the order of axes in which they lie.
///
/// Inputs: Q [… queries, size], K [… size, keys], V [… keys, size of values], and the optional mask, which is added as
/// Add of ONNX does it. `query_order`, `key_order` and `value_order` are the permutations by which inputs become these
/// operands; with `…_index`, one index of the first axis is picked then. `output_order` permutes the axes of the
/// result and leaves the last one in its place. `axis` is that of Softmax in version `softmax_version` of ONNX.
///
/// Stacks of one shape and a mask that broadcasts to the scores are computed a few heads at a time, so that scores
/// stay in the cache. Everything else runs as the single operators would.
struct InternalAttention: Operator {
  static let schema = OperatorSchema("Attention", domain: internalDomain, inputs: 3...4)

  private let scale: Float
  private let query: MatrixView.Attributes
  private let key: MatrixView.Attributes
  private let value: MatrixView.Attributes
  private let outputOrder: [Int]?
  private let axis: Int
  private let softmax: Softmax

  init(_ node: NodeReader) throws(OperatorError) {
    scale = try node.float("scale", default: 1)
    query = try MatrixView.Attributes(node, "query")
    key = try MatrixView.Attributes(node, "key")
    value = try MatrixView.Attributes(node, "value")
    outputOrder = try node.ints("output_order")
    if let order = outputOrder, order.sorted() != Array(order.indices) || order.last != order.count - 1 {
      throw .attribute("output_order", "is \(order), no permutation that leaves the last axis")
    }
    axis = try node.int("axis", default: -1)
    let version = try node.int("softmax_version", default: newestOpset)
    let inner = Node(Softmax.schema.name, inputs: [], outputs: [], attributes: ["axis": .int(Int64(axis))])
    softmax = try Softmax(NodeReader(inner, version: version))
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let operands = Operands(
      query: try MatrixView(inputs, 0, query), key: try MatrixView(inputs, 1, key),
      value: try MatrixView(inputs, 2, value),
      mask: inputs.optional(3) == nil ? nil : try inputs.tensor(3, of: .float32))
    guard operands.areStacksOfOneShape else { return [try stepByStep(operands, inputs)] }
    let rank = operands.scoreShape.rank
    guard operands.scoreShape.normalized(axis: axis) == rank - 1 else { return [try stepByStep(operands, inputs)] }
    let order = outputOrder ?? Array(0..<rank)
    guard order.count == rank else {
      throw .attribute("output_order", "has \(order.count) axes, but the result has \(rank)")
    }
    return [
      HeadByHead(operands: operands, scale: scale, outputOrder: order, compute: inputs.compute).result()
    ]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    guard let query = try? MatrixView(inputs, 0, query), let key = try? MatrixView(inputs, 1, key) else { return nil }
    return inputs.attentionWork(
      queries: query.batch.reduce(query.rows * query.columns, *), keyCount: key.columns,
      values: outputs.first.flatMap(\.self)?.count ?? 0)
  }

  /// The same as single operators compute it.
  private func stepByStep(_ operands: Operands, _ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let compute = inputs.compute
    let (query, key) = (try operands.query.copied(compute), try operands.key.copied(compute))
    var scores = try MatrixProductShape(query.shape, key.shape)
      .product(query, key, scale: scale, compute: compute)
    if let mask = operands.mask {
      scores = inputs.combine(.add, scores, mask, try Broadcast(of: scores.shape, with: mask.shape))
    }
    let weights = try softmax.run(OperatorInputs([scores], compute: compute))[0]
    let value = try operands.value.copied(compute)
    let result = try MatrixProductShape(weights.shape, value.shape).product(weights, value, compute: compute)
    guard let outputOrder else { return result }
    guard outputOrder.count == result.shape.rank else {
      throw .attribute("output_order", "has \(outputOrder.count) axes, but the result has shape \(result.shape)")
    }
    return try result.transposed(outputOrder, compute)
  }
}

extension InternalAttention {
  /// The operands as the products take them.
  fileprivate struct Operands {
    let query: MatrixView
    let key: MatrixView
    let value: MatrixView
    let mask: Tensor?

    /// [batch…, queries, keys].
    var scoreShape: Shape { Shape(query.batch + [query.rows, key.columns]) }

    /// Whether each query matrix meets one key and one value matrix, all lie so that the kernels can read them, and
    /// the mask does not enlarge the scores.
    var areStacksOfOneShape: Bool {
      let rank = query.dimensions.count
      guard rank >= 2, key.dimensions.count == rank, value.dimensions.count == rank, query.batch == key.batch,
        value.batch == key.batch, query.columns == key.rows, key.columns == value.rows, scoreShape.count > 0,
        value.columns > 0, query.columns > 0, query.hasDenseRows, key.hasDenseRows || key.hasDenseColumns,
        value.hasDenseRows
      else { return false }
      return mask.map { Broadcast(scoreShape, $0.shape)?.shape == scoreShape } ?? true
    }
  }

  /// The computation of a few heads at a time.
  fileprivate struct HeadByHead {
    let operands: Operands
    let scale: Float
    let outputOrder: [Int]
    let compute: Compute

    private var rows: Int { operands.query.rows }
    private var keys: Int { operands.key.columns }
    private var scoresPerHead: Int { rows * keys }
    private var headCount: Int { operands.query.batch.reduce(1, *) }

    /// As many heads as keep their scores in the cache, and enough for all threads. Results do not depend on it.
    private var headsAtOnce: Int {
      let threads = compute.pool.threads
      let scores = threads == 1 ? 1 << 15 : threads << 16
      return min(headCount, max(scores / scoresPerHead, threads == 1 ? 1 : 2 * threads))
    }

    func result() -> Tensor {
      let dimensions = Array(operands.query.batch) + [rows, operands.value.columns]
      return Tensor(Shape(outputOrder.map { dimensions[$0] }), of: Float.self) { output in
        var firstBuffer = TensorBuilder<Float>([headsAtOnce, scoresPerHead])
        var secondBuffer = TensorBuilder<Float>([headsAtOnce, scoresPerHead])
        var first = firstBuffer.span
        var second = secondBuffer.span
        for start in stride(from: 0, to: headCount, by: headsAtOnce) {
          let heads = start..<min(start + headsAtOnce, headCount)
          let used = 0..<heads.count * scoresPerHead
          var scores = first._mutatingExtracting(used)
          var weights = second._mutatingExtracting(used)
          multiplyQueries(heads, into: &scores)
          if operands.mask == nil {
            compute.softmax(scores.span, columns: keys, into: &weights)
            mix(heads, weights.span, into: &output)
          } else {
            addMask(heads, to: scores.span, into: &weights)
            compute.softmax(weights.span, columns: keys, into: &scores)
            mix(heads, scores.span, into: &output)
          }
        }
      }
    }

    private func multiplyQueries(_ heads: Range<Int>, into scores: inout MutableSpan<Float>) {
      let (query, key) = (operands.query.tensor, operands.key.tensor)
      compute.batchedGemm(
        query.span(of: Float.self), operands.query.matrices(heads), by: key.span(of: Float.self),
        operands.key.matrices(heads), transposed: !operands.key.hasDenseRows, rows: rows, columns: keys,
        depth: operands.query.columns, alpha: scale, into: &scores, scoreMatrices(heads))
    }

    private func mix(_ heads: Range<Int>, _ weights: Span<Float>, into output: inout MutableSpan<Float>) {
      let value = operands.value.tensor
      compute.batchedGemm(
        weights, scoreMatrices(heads), by: value.span(of: Float.self), operands.value.matrices(heads), rows: rows,
        columns: operands.value.columns, depth: keys, into: &output, outputMatrices(heads))
    }

    private func scoreMatrices(_ heads: Range<Int>) -> MatrixBatch {
      MatrixBatch(count: heads.count, batchStride: scoresPerHead, rowStride: keys)
    }

    /// Where the results of some heads lie in the output.
    private func outputMatrices(_ heads: Range<Int>) -> MatrixBatch {
      let batch = operands.query.batch
      let dimensions = Array(batch) + [rows, operands.value.columns]
      let outputStrides = Shape(outputOrder.map { dimensions[$0] }).strides
      var strides = outputStrides
      for (place, axis) in outputOrder.enumerated() { strides[axis] = outputStrides[place] }
      return MatrixBatch(
        offsets: heads.map { batch.offset(of: $0, strides: strides) }, rowStride: strides[dimensions.count - 2])
    }

    /// Writes the masked scores, all heads in a row that share a part of the mask at a time.
    private func addMask(_ heads: Range<Int>, to scores: Span<Float>, into masked: inout MutableSpan<Float>) {
      guard let mask = operands.mask else { return }
      let summands = mask.span(of: Float.self)
      let batch = operands.query.batch
      let strides = mask.shape.repeatingStrides(to: operands.scoreShape)
      let part = [Int](mask.shape.dimensions.suffix(2))
      let count = part.reduce(1, *)
      var start = heads.lowerBound
      while start < heads.upperBound {
        let offset = batch.offset(of: start, strides: strides)
        var end = start + 1
        while end < heads.upperBound, batch.offset(of: end, strides: strides) == offset { end += 1 }
        guard let broadcast = Broadcast([end - start, rows, keys], Shape(part)) else {
          preconditionFailure("a mask of \(part) for scores of \([rows, keys])")
        }
        let range = (start - heads.lowerBound) * scoresPerHead..<(end - heads.lowerBound) * scoresPerHead
        var target = masked._mutatingExtracting(range)
        compute.combine(
          .add, scores.extracting(range), summands.extracting(offset..<offset + count), broadcast, into: &target)
        start = end
      }
    }
  }
}
