import Kernels
import Tensors

/// MultiHeadAttention (com.microsoft 1): scaled dot-product attention of queries, keys and values [batch, length,
/// heads · size] with biases, a mask of padding keys, summands of the scores, and a cache of past keys and values.
///
/// Keys and values may also be [batch, heads, length, size]. Packed inputs and masks given as lengths are not supported.
struct MultiHeadAttention: Operator {
  static let schema = OperatorSchema(
    "MultiHeadAttention", domain: "com.microsoft", versions: 1...1, inputs: 3...8,
    outputs: [.sameAsInput(0), .sameAsInput(1), .sameAsInput(2)], bfloat16Since: 1)

  private let heads: Int
  private let scale: Float?
  private let paddingScore: Float
  private let isCausal: Bool
  private let keepsPresent: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    heads = try node.requiredInt("num_heads")
    scale = try node.float("scale").flatMap { $0 == 0 ? nil : $0 }
    paddingScore = try node.float("mask_filter_value", default: -10_000)
    isCausal = try node.flag("unidirectional", default: false)
    keepsPresent = node.hasOutput(1) || node.hasOutput(2)
    guard (8..<max(node.inputCount, 8)).allSatisfy({ !node.hasInput($0) }), !node.hasOutput(3) else {
      throw .unsupported("a cache shared by past and present, and scores as an output, are not supported")
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    var (queries, keys, values) = try operands(inputs)
    if isCausal, keys.length != queries.length {
      throw .unsupported("causal attention of \(queries.length) queries to \(keys.length) new keys is not supported")
    }
    let pastLength = try pastLength(inputs, keys, values)
    if keepsPresent || pastLength != nil {
      keys = try keys.appended(to: inputs.optional(6), inputs.compute)
      values = try values.appended(to: inputs.optional(7), inputs.compute)
    }
    let product = ScaledDotProduct(
      queries: queries, keys: keys, values: values, scale: scale ?? 1 / Float(queries.size).squareRoot())
    try product.validate()
    let mask = try AttentionMask(
      inputs.scoreSummands(mask: 4, summands: 5, scores: product.scoreShape, paddingScore: paddingScore), fromInput: 5,
      scores: product.scoreShape,
      frontier: AttentionFrontier(isCausal: isCausal, offsets: [pastLength ?? 0]))
    return [product.run(mask: mask, stage: nil, inputs.compute).output, keys.tensor, values.tensor]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    inputs.attentionWork(
      queries: inputs[0].count, keyCount: inputs.keyCount(past: 6), values: outputs.first.flatMap(\.self)?.count ?? 0)
  }

  /// Queries, keys and values with their parts of the bias.
  private func operands(
    _ inputs: OperatorInputs
  ) throws(OperatorError) -> (queries: AttentionHeads, keys: AttentionHeads, values: AttentionHeads) {
    var start = 0
    var operands: [AttentionHeads] = []
    for index in 0..<3 {
      let tensor = try inputs.tensor(index, of: .float32)
      guard tensor.shape.rank == 3 || (index > 0 && tensor.shape.rank == 4) else {
        throw .unsupported("input \(index) has shape \(tensor.shape), only [batch, length, heads · size] is supported")
      }
      let isBiased = tensor.shape.rank == 3 && inputs.optional(3) != nil
      let biased = isBiased ? try adding(inputs, to: tensor, from: &start) : tensor
      operands.append(try AttentionHeads(biased, fromInput: index, heads: heads, attribute: "num_heads"))
    }
    if let bias = inputs.optional(3), bias.count != start {
      throw .input(3, "has shape \(bias.shape), expected [\(start)]")
    }
    return (operands[0], operands[1], operands[2])
  }

  /// The tensor plus as much of the bias in input 3, from `start` on, as its last axis is long.
  private func adding(_ inputs: OperatorInputs, to tensor: Tensor, from start: inout Int) throws(OperatorError)
    -> Tensor
  {
    let bias = try inputs.tensor(3, of: .float32)
    let width = tensor.shape[2]
    guard bias.shape.rank == 1, bias.count >= start + width else {
      throw .input(3, "has shape \(bias.shape), expected a number for each element of the last axis of inputs 0 to 2")
    }
    let part = Tensor([width], Array(bias.array(of: Float.self)[start..<start + width]))
    start += width
    return inputs.combine(.add, tensor, part, try Broadcast(of: tensor.shape, with: part.shape))
  }

  private func pastLength(
    _ inputs: OperatorInputs, _ keys: AttentionHeads, _ values: AttentionHeads
  ) throws(OperatorError) -> Int? {
    guard inputs.optional(6) != nil, inputs.optional(7) != nil else {
      for index in 6...7 where inputs.optional(index) != nil {
        throw .input(index, "needs both past keys and past values")
      }
      return nil
    }
    try keys.requireCache(inputs, 6)
    try values.requireCache(inputs, 7)
    return inputs[6].shape[2]
  }
}
