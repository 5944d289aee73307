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
  private let attributes: AttentionLayout.Attributes
  private let softmax: Softmax
  private let layouts = LatestResult<AttentionLayout.Shapes, AttentionLayout>()

  init(_ node: NodeReader) throws(OperatorError) {
    scale = try node.float("scale", default: 1)
    attributes = AttentionLayout.Attributes(
      query: try MatrixView.Attributes(node, "query"), key: try MatrixView.Attributes(node, "key"),
      value: try MatrixView.Attributes(node, "value"), outputOrder: try node.ints("output_order"),
      axis: try node.int("axis", default: -1))
    if let order = attributes.outputOrder, order.sorted() != Array(order.indices) || order.last != order.count - 1 {
      throw .attribute("output_order", "is \(order), no permutation that leaves the last axis")
    }
    let version = try node.int("softmax_version", default: newestOpset)
    let inner = Node(
      Softmax.schema.name, inputs: [], outputs: [], attributes: ["axis": .int(Int64(attributes.axis))])
    softmax = try Softmax(NodeReader(inner, version: version))
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let operands = AttentionOperands(
      query: try inputs.tensor(0, of: .float32), key: try inputs.tensor(1, of: .float32),
      value: try inputs.tensor(2, of: .float32),
      mask: inputs.optional(3) == nil ? nil : try inputs.tensor(3, of: .float32))
    let layout = try layouts.value(for: operands.shapes) { () throws(OperatorError) in
      try AttentionLayout(operands.shapes, attributes)
    }
    guard let stacks = layout.stacks else { return [try stepByStep(operands, layout, inputs)] }
    return [StackedAttention(operands: operands, stacks: stacks, scale: scale, compute: inputs.compute).result()]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    guard let query = try? MatrixView(of: inputs[0].shape, fromInput: 0, attributes.query),
      let key = try? MatrixView(of: inputs[1].shape, fromInput: 1, attributes.key)
    else { return nil }
    return inputs.attentionWork(
      queries: query.batch.reduce(query.rows * query.columns, *), keyCount: key.columns,
      values: outputs.first.flatMap(\.self)?.count ?? 0)
  }

  /// The same as single operators compute it.
  private func stepByStep(
    _ operands: AttentionOperands, _ layout: AttentionLayout, _ inputs: OperatorInputs
  ) throws(OperatorError) -> Tensor {
    let compute = inputs.compute
    let query = try layout.query.copied(operands.query, compute)
    let key = try layout.key.copied(operands.key, compute)
    var scores = try MatrixProductShape(query.shape, key.shape)
      .product(query, key, scale: scale, compute: compute)
    if let mask = operands.mask {
      scores = inputs.combine(.add, scores, mask, try Broadcast(of: scores.shape, with: mask.shape))
    }
    let weights = try softmax.run(OperatorInputs([scores], compute: compute))[0]
    let value = try layout.value.copied(operands.value, compute)
    let result = try MatrixProductShape(weights.shape, value.shape).product(weights, value, compute: compute)
    guard let outputOrder = attributes.outputOrder else { return result }
    guard outputOrder.count == result.shape.rank else {
      throw .attribute("output_order", "has \(outputOrder.count) axes, but the result has shape \(result.shape)")
    }
    return try result.transposed(outputOrder, compute)
  }
}
