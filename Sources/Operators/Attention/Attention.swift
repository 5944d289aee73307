import Tensors

/// Attention (ONNX 23, 24, 25): scaled dot-product attention of queries, keys and values with a mask, causality, a
/// sliding window, a soft cap, shared key heads, and a cache of past keys and values.
///
/// A query that may attend to no key gives zeros. The softmax is computed in float32 whatever `softmax_precision` is.
struct Attention: Operator {
  static let schema = OperatorSchema(
    "Attention", versions: 23...newestOpset, inputs: 3...7,
    outputs: [.sameAsInput(0), .sameAsInput(1), .sameAsInput(2), .sameAsInput(0)], float16Since: 23, bfloat16Since: 23)

  private let queryHeads: Int?
  private let keyHeads: Int?
  private let scale: Float?
  private let softCap: Float?
  private let frontier: AttentionFrontier
  private let stage: ScaledDotProduct.Stage?
  private let keepsPresent: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    queryHeads = try node.int("q_num_heads")
    keyHeads = try node.int("kv_num_heads")
    scale = try node.float("scale")
    let cap = try node.float("softcap", default: 0)
    softCap = cap == 0 ? nil : cap
    frontier = AttentionFrontier(
      isCausal: try node.flag("is_causal", default: false),
      left: try node.window("left_window_size"), right: try node.window("right_window_size"))
    let mode = try node.int("qk_matmul_output_mode", default: 0)
    guard let stage = ScaledDotProduct.Stage(rawValue: mode) else {
      throw .attribute("qk_matmul_output_mode", "is \(mode), expected 0 to 3")
    }
    self.stage = node.hasOutput(3) ? stage : nil
    keepsPresent = node.hasOutput(1) || node.hasOutput(2)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let queries = try AttentionHeads(inputs, 0, heads: queryHeads, attribute: "q_num_heads")
    var keys = try AttentionHeads(inputs, 1, heads: keyHeads, attribute: "kv_num_heads")
    var values = try AttentionHeads(inputs, 2, heads: keyHeads, attribute: "kv_num_heads")
    let past = try pastState(inputs, keys, values)
    if keepsPresent || past != nil {
      keys = try keys.appended(to: past?.keys, inputs.compute)
      values = try values.appended(to: past?.values, inputs.compute)
    }
    let product = ScaledDotProduct(
      queries: queries, keys: keys, values: values, scale: scale ?? 1 / Float(queries.size).squareRoot(),
      softCap: softCap)
    try product.validate()
    let frontier = try frontier(inputs, queries, pastLength: past?.keys.shape[2])
    let mask = try AttentionMask(
      inputs.optional(3), fromInput: 3, scores: product.scoreShape, frontier: frontier)
    let (output, scores) = product.run(mask: mask, stage: stage, inputs.compute)
    // Outputs that no one wants are given by what is at hand.
    return [output, keys.tensor, values.tensor] + (scores.map { [$0] } ?? [])
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    inputs.attentionWork(
      queries: inputs[0].count, keyCount: inputs.keyCount(past: 4), values: outputs.first.flatMap(\.self)?.count ?? 0)
  }

  /// The cache, checked against the keys and values that are to follow it.
  private func pastState(
    _ inputs: OperatorInputs, _ keys: AttentionHeads, _ values: AttentionHeads
  ) throws(OperatorError) -> (keys: Tensor, values: Tensor)? {
    guard inputs.optional(4) != nil, inputs.optional(5) != nil else {
      for index in 4...5 where inputs.optional(index) != nil {
        throw .input(index, "needs both past keys and past values")
      }
      return nil
    }
    try keys.requireCache(inputs, 4)
    try values.requireCache(inputs, 5)
    return (inputs[4], inputs[5])
  }

  /// The bounds with what only the inputs say: how long the cache is.
  private func frontier(
    _ inputs: OperatorInputs, _ queries: AttentionHeads, pastLength: Int?
  ) throws(OperatorError) -> AttentionFrontier {
    var frontier = frontier
    if let pastLength { frontier.offsets = [pastLength] }
    guard let lengths = try inputs.optionalIntegers(6) else { return frontier }
    guard inputs[6].shape == [queries.batch], lengths.allSatisfy({ $0 >= 0 }) else {
      throw .input(6, "has shape \(inputs[6].shape), expected one length per item, [\(queries.batch)]")
    }
    frontier.lengths = lengths
    if pastLength == nil { frontier.offsets = lengths.map { $0 - queries.length } }
    return frontier
  }
}

extension NodeReader {
  /// A number of positions; nil where it is unbounded.
  fileprivate func window(_ name: String) throws(OperatorError) -> Int? {
    let size = try int(name, default: -1)
    guard (-1...Int(Int32.max)).contains(size) else { throw .attribute(name, "is \(size), expected -1 or more") }
    return size < 0 ? nil : size
  }
}
