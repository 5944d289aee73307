import Kernels
import Tensors

/// Where the operands of an internal Attention lie and how they meet, which their shapes say.
struct AttentionLayout: Sendable {
  let query: MatrixView
  let key: MatrixView
  let value: MatrixView
  /// The operands as stacks of matrices that meet one by one; nil where they are none that the kernels can read.
  let stacks: AttentionStacks?

  /// The shapes of the inputs.
  struct Shapes: Equatable, Sendable {
    let query: Shape
    let key: Shape
    let value: Shape
    let mask: Shape?
  }

  /// How a node describes the operands.
  struct Attributes: Sendable {
    let query: MatrixView.Attributes
    let key: MatrixView.Attributes
    let value: MatrixView.Attributes
    let outputOrder: [Int]?
    /// The axis of the softmax.
    let axis: Int
  }

  init(_ shapes: Shapes, _ attributes: Attributes) throws(OperatorError) {
    query = try MatrixView(of: shapes.query, fromInput: 0, attributes.query)
    key = try MatrixView(of: shapes.key, fromInput: 1, attributes.key)
    value = try MatrixView(of: shapes.value, fromInput: 2, attributes.value)
    let rank = query.dimensions.count
    guard Self.areStacksOfOneShape(query, key, value) else {
      stacks = nil
      return
    }
    let scores = Shape(query.batch + [query.rows, key.columns])
    let isSoftmaxOfRows = scores.normalized(axis: attributes.axis) == rank - 1
    let masks = shapes.mask.map { Broadcast(scores, $0)?.shape == scores } ?? true
    guard scores.count > 0, isSoftmaxOfRows, masks else {
      stacks = nil
      return
    }
    let order = attributes.outputOrder ?? Array(0..<rank)
    guard order.count == rank else {
      throw .attribute("output_order", "has \(order.count) axes, but the result has \(rank)")
    }
    stacks = AttentionStacks(query, key, value, mask: shapes.mask, scores: scores, outputOrder: order)
  }

  /// Whether each query matrix meets one key and one value matrix, and all lie so that the kernels can read them.
  private static func areStacksOfOneShape(_ query: MatrixView, _ key: MatrixView, _ value: MatrixView) -> Bool {
    let rank = query.dimensions.count
    guard rank >= 2, key.dimensions.count == rank, value.dimensions.count == rank, query.batch == key.batch,
      value.batch == key.batch, query.columns == key.rows, key.columns == value.rows, value.columns > 0,
      query.columns > 0
    else { return false }
    return query.hasDenseRows && (key.hasDenseRows || key.hasDenseColumns) && value.hasDenseRows
  }
}

/// The inputs of attention in one run.
struct AttentionOperands {
  let query: Tensor
  let key: Tensor
  let value: Tensor
  /// Numbers that are added to the scores.
  let mask: Tensor?

  var shapes: AttentionLayout.Shapes {
    AttentionLayout.Shapes(query: query.shape, key: key.shape, value: value.shape, mask: mask?.shape)
  }
}

/// Stacks of matrices of queries, keys and values, and of results.
struct AttentionStacks: Sendable {
  let sizes: AttentionShape
  let query: MatrixBatch
  let key: MatrixBatch
  /// Whether `key` has a row for each key, not a column.
  let keysAreRows: Bool
  let value: MatrixBatch
  let mask: Mask?
  let output: MatrixBatch
  let outputShape: Shape

  /// What is added to the scores of each head.
  struct Mask: Sendable {
    let matrices: MatrixBatch
    /// The last two axes of the mask, or fewer where it has fewer, which broadcast to the scores of a head.
    let shape: Shape
    /// Whether a row has a number for each key, and not one for all.
    let hasWholeRows: Bool

    /// Takes the shape of a mask that broadcasts to the scores [batch…, queries, keys].
    init(_ mask: Shape, scores: Shape) {
      let strides = mask.repeatingStrides(to: scores)
      matrices = MatrixBatch(
        offsets: scores.dimensions.dropLast(2).offsets(strides: strides, from: 0), rowStride: strides[scores.rank - 2])
      shape = Shape([Int](mask.dimensions.suffix(2)))
      hasWholeRows = strides[scores.rank - 1] == 1 || scores[scores.rank - 1] == 1
    }
  }

  /// `outputOrder` permutes the axes of the result and leaves the last one in its place.
  fileprivate init(
    _ query: MatrixView, _ key: MatrixView, _ value: MatrixView, mask: Shape?, scores: Shape, outputOrder: [Int]
  ) {
    let batch = query.batch
    sizes = AttentionShape(
      heads: batch.reduce(1, *), queries: query.rows, keys: key.columns, size: query.columns,
      valueSize: value.columns)
    self.query = query.matrices
    self.key = key.matrices
    keysAreRows = !key.hasDenseRows
    self.value = value.matrices
    self.mask = mask.map { Mask($0, scores: scores) }

    let dimensions = Array(batch) + [query.rows, value.columns]
    outputShape = Shape(outputOrder.map { dimensions[$0] })
    var strides = outputShape.strides
    for (place, axis) in outputOrder.enumerated() { strides[axis] = outputShape.strides[place] }
    output = MatrixBatch(offsets: batch.offsets(strides: strides, from: 0), rowStride: strides[dimensions.count - 2])
  }
}

extension AttentionStacks {
  /// The stacks of heads, `queries` and `keys` fitting together; each of those of keys and values is met by several of the
  /// queries in a row, where there are more of these. `mask` broadcasts to `scores`.
  init(queries: AttentionHeads, keys: AttentionHeads, values: AttentionHeads, mask: Shape?, scores: Shape) {
    let repeats = queries.heads / keys.heads
    sizes = AttentionShape(
      heads: queries.batch * queries.heads, queries: queries.length, keys: keys.length, size: queries.size,
      valueSize: values.size)
    query = queries.matrices()
    key = keys.matrices(repeats: repeats)
    keysAreRows = true
    value = values.matrices(repeats: repeats)
    self.mask = mask.map { Mask($0, scores: scores) }
    output = queries.matrices(size: values.size)
    outputShape = queries.shape(size: values.size)
  }
}

extension MatrixBatch {
  /// Some of the matrices.
  subscript(items: Range<Int>) -> MatrixBatch {
    MatrixBatch(offsets: Array(offsets[items]), rowStride: rowStride)
  }
}
