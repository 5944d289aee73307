public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns scaled dot-product attention that is spelled out into the internal operator Attention.
///
/// `MatMul → scale → mask → Softmax → MatMul` is the core (Vaswani et al., "Attention Is All You Need"). Transpositions
/// before the products and behind the last one, and the selection of queries, keys and values from one projection,
/// become the order in which the operator reads and writes. Scaling may come before or after the first product.
public struct AttentionFusion: GraphPass {
  public let name = "attention-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    let version = model.opset
    try model.rewriteNodes(context) { index, rewriter in
      guard
        let found = rewriter.attention(at: index, softmaxVersion: version) ?? rewriter.transposedAttention(at: index)
      else { return }
      var node = found.node
      node.name = rewriter.nodes[index].name
      rewriter.replace(index, by: node, absorbing: found.group)
    }
  }
}

extension BodyRewriter {
  fileprivate typealias Attention = (node: Node, group: [Int])

  /// Attention whose last product is at `index`.
  fileprivate func attention(at index: Int, softmaxVersion: Int) -> Attention? {
    guard nodes[index].operatorName == OperatorName("MatMul"), let weights = nodes[index].inputs[0],
      let value = nodes[index].inputs[1], isUsedOnce(weights), let softmax = producer(of: weights, "Softmax"),
      let masked = nodes[softmax].inputs[0], isUsedOnce(masked), let scores = maskedScores(masked),
      scores.hasFloatScale || [scores.query, scores.key, value].contains(where: { isFloat($0) })
    else { return nil }
    let views = [("query", scores.query), ("key", scores.key), ("value", value)].map { ($0, view(of: $1)) }
    let axis = nodes[softmax].int("axis") ?? (softmaxVersion < 13 ? 1 : -1)
    var node = Node(
      OperatorName("Attention", domain: internalDomain), inputs: views.map(\.1.value), outputs: [],
      attributes: [
        "scale": .float(Float(scores.scale)), "axis": .int(Int64(axis)), "softmax_version": .int(Int64(softmaxVersion)),
      ])
    if let mask = scores.mask { node.inputs.append(mask) }
    for (name, view) in views {
      if let order = view.order { node.attributes["\(name)_order"] = .ints(order) }
      if let picked = view.index { node.attributes["\(name)_index"] = .int(picked) }
    }
    return (node, [softmax] + scores.group + views.flatMap(\.1.group))
  }

  /// The transposition at `index` of the result of attention.
  fileprivate func transposedAttention(at index: Int) -> Attention? {
    guard nodes[index].operatorName == OperatorName("Transpose"), let result = nodes[index].inputs[0],
      isUsedOnce(result), case .ints(let order)? = nodes[index].attributes["perm"],
      order.sorted() == order.indices.map(Int64.init), order.last == Int64(order.count - 1),
      let producer = producer(of: result),
      nodes[producer].operatorName == OperatorName("Attention", domain: internalDomain),
      nodes[producer].attributes["output_order"] == nil
    else { return nil }
    var node = nodes[producer]
    node.attributes["output_order"] = .ints(order)
    return (node, [producer])
  }

  /// scale · Q · K + mask.
  private struct Scores {
    var query: ValueID
    var key: ValueID
    var mask: ValueID?
    var scale: Double
    /// Whether constants in single or half precision are part of the scale, so that all of it is computed in float32.
    var hasFloatScale: Bool
    var group: [Int]
  }

  private func maskedScores(_ value: ValueID) -> Scores? {
    if let scores = scores(value) { return scores }
    guard let sum = producer(of: value, "Add") else { return nil }
    for (product, mask) in operands(of: nodes[sum]) where isUsedOnce(product) {
      guard var scores = scores(product) else { continue }
      scores.mask = mask
      scores.group.append(sum)
      return scores
    }
    return nil
  }

  private func scores(_ value: ValueID) -> Scores? {
    let scaled = factors(of: value)
    guard scaled.values.count == 1, scaled.values[0] == value || isUsedOnce(scaled.values[0]),
      let product = producer(of: scaled.values[0], "MatMul"), let left = nodes[product].inputs[0],
      let right = nodes[product].inputs[1], constant(right) == nil
    else { return nil }
    var scores = Scores(
      query: left, key: right, mask: nil, scale: scaled.number, hasFloatScale: !scaled.nodes.isEmpty,
      group: scaled.nodes + [product])
    scores.query = withoutScale(left, &scores)
    scores.key = withoutScale(right, &scores)
    return scores
  }

  /// The operand without a constant factor, which moves into the scale.
  private func withoutScale(_ operand: ValueID, _ scores: inout Scores) -> ValueID {
    guard isUsedOnce(operand) else { return operand }
    let scaled = factors(of: operand)
    guard scaled.values.count == 1, scaled.values[0] != operand else { return operand }
    scores.scale *= scaled.number
    scores.hasFloatScale = true
    scores.group += scaled.nodes
    return scaled.values[0]
  }

  /// A value as another one with its axes in some order, perhaps at one index of the first of these.
  private struct View {
    var value: ValueID
    var order: [Int64]?
    var index: Int64?
    var group: [Int] = []
  }

  private func view(of value: ValueID) -> View {
    var view = View(value: value)
    while let next = opened(view) { view = next }
    return view
  }

  /// The same view of the value before the node that rearranges this one; nil where there is none.
  private func opened(_ view: View) -> View? {
    if let index = producer(of: view.value, "Transpose"), let input = nodes[index].inputs[0],
      case .ints(let order)? = nodes[index].attributes["perm"], order.sorted() == order.indices.map(Int64.init),
      view.order == nil || view.order?.count == order.count
    {
      let composed = view.order.map { $0.map { order[Int($0)] } } ?? order
      return View(value: input, order: composed, index: view.index, group: view.group + [index])
    }
    guard view.index == nil, let picked = pick(view.value), let rank = rank(ofTransposed: picked.input),
      view.order == nil || view.order?.count == rank - 1
    else { return nil }
    let order = view.order ?? (0..<Int64(rank - 1)).map { $0 }
    return View(
      value: picked.input, order: [0] + order.map { $0 + 1 }, index: picked.index, group: view.group + picked.group)
  }

  /// The number of axes of a value that a Transpose produces.
  private func rank(ofTransposed value: ValueID) -> Int? {
    guard let index = producer(of: value, "Transpose"), case .ints(let order)? = nodes[index].attributes["perm"] else {
      return nil
    }
    return order.count
  }

  /// One index of the first axis: Gather of a scalar, or Slice of one entry and Squeeze.
  private func pick(_ value: ValueID) -> (input: ValueID, index: Int64, group: [Int])? {
    if let gather = producer(of: value, "Gather"), (nodes[gather].int("axis") ?? 0) == 0,
      let input = nodes[gather].inputs[0], let indices = constant(nodes[gather].inputs[1]), indices.shape.rank == 0,
      indices.type == .int64, let index = indices.array(of: Int64.self).first, index >= 0
    {
      return (input, index, [gather])
    }
    guard let squeeze = producer(of: value, "Squeeze"), integers(of: squeeze, input: 1, "axes") == [0],
      let slice = producer(of: nodes[squeeze].inputs[0], "Slice"), let input = nodes[slice].inputs[0],
      let starts = integers(of: slice, input: 1, "starts"), starts.count == 1, let index = starts.first, index >= 0,
      integers(of: slice, input: 2, "ends") == [index + 1], integers(of: slice, input: 3, "axes") == [0],
      nodes[slice].inputs.count < 5 || integers(of: slice, input: 4, "steps") == [1]
    else { return nil }
    return (input, index, [squeeze, slice])
  }

  /// A list of integers that is a constant input, or an attribute in older versions.
  private func integers(of index: Int, input: Int, _ name: String) -> [Int64]? {
    if case .ints(let values)? = nodes[index].attributes[name] { return values }
    guard input < nodes[index].inputs.count, let constant = constant(nodes[index].inputs[input]) else { return nil }
    switch constant.type {
    case .int64: return constant.array(of: Int64.self)
    case .int32: return constant.array(of: Int32.self).map(Int64.init)
    default: return nil
    }
  }
}
