public import ModelGraph
import OrderedCollections

/// Replaces every call of a model-local function by the function's nodes (ONNX IR, "Functions").
///
/// Calls inside functions are expanded too; a function that calls itself is an error.
public struct FunctionInlining: GraphPass {
  public let name = "function-inlining"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    guard !model.functions.isEmpty else { return }
    let functions = Dictionary(model.functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for function in model.functions { try checkVersions(of: function, in: model) }
    try model.rewriteBodies { body, model throws(EngineError) in
      body.nodes = try expand(body.nodes, functions, &model, callers: [])
    }
    model.functions = []
  }

  /// A function's nodes are read by the function's own operator sets; they can join the model's only where these agree.
  private func checkVersions(of function: ModelFunction, in model: Model) throws(EngineError) {
    for (domain, version) in function.opsets {
      guard let outer = model.opsets[domain], outer != version else { continue }
      let name = domain.isEmpty ? "ai.onnx" : domain
      throw EngineError("function \(function.name) uses opset \(version) of \(name), the model \(outer)")
    }
  }

  private func expand(
    _ nodes: [Node], _ functions: [OperatorName: ModelFunction], _ model: inout Model, callers: [OperatorName]
  ) throws(EngineError) -> [Node] {
    var result: [Node] = []
    for (index, node) in nodes.enumerated() {
      guard let function = functions[node.operatorName] else {
        result.append(node)
        continue
      }
      guard !callers.contains(function.name) else {
        throw EngineError(node: node, at: index, "function \(function.name) calls itself")
      }
      for (domain, version) in function.opsets where model.opsets[domain] == nil { model.opsets[domain] = version }
      var call = FunctionCall(node: node, function: function)
      let inlined = call.nodes(in: &model)
      result += try expand(inlined, functions, &model, callers: callers + [function.name])
    }
    return result
  }
}

/// One call of a function, with fresh values for everything inside.
private struct FunctionCall {
  let node: Node
  let function: ModelFunction
  private var renamed: [ValueID: ValueID?] = [:]

  init(node: Node, function: ModelFunction) {
    self.node = node
    self.function = function
    for (index, input) in function.body.inputs.enumerated() {
      renamed[input] = .some(index < node.inputs.count ? node.inputs[index] : nil)
    }
  }

  /// The function's nodes with the call's values and attributes in place of the formal ones. An output that the
  /// function passes straight through becomes an Identity.
  mutating func nodes(in model: inout Model) -> [Node] {
    var passedThrough: [Node] = []
    for (formal, actual) in zip(function.body.outputs, node.outputs) {
      guard let actual else { continue }
      if let earlier = renamed[formal] {
        passedThrough.append(Node(OperatorName("Identity"), inputs: [earlier], outputs: [actual]))
      } else {
        renamed[formal] = .some(actual)
      }
    }
    return function.body.nodes.map { copy($0, &model) } + passedThrough
  }

  private mutating func copy(_ original: Node, _ model: inout Model) -> Node {
    var copy = original
    copy.name = [node.name, original.name].filter { !$0.isEmpty }.joined(separator: "/")
    copy.inputs = original.inputs.map { $0.flatMap { rename($0, &model) } }
    copy.outputs = original.outputs.map { $0.flatMap { rename($0, &model) } }
    copy.attributes = [:]
    for (name, attribute) in original.attributes {
      if let resolved = resolve(attribute, &model) { copy.attributes[name] = resolved }
    }
    return copy
  }

  /// The attribute itself, or what the call gives for it; nil where the call gives nothing.
  private mutating func resolve(_ attribute: Attribute, _ model: inout Model) -> Attribute? {
    switch attribute {
    case .reference(to: let name, type: _): node.attributes[name] ?? function.defaultAttributes[name]
    case .graph(let body): .graph(copy(body, &model))
    case .graphs(let bodies): .graphs(bodies.map { copy($0, &model) })
    default: attribute
    }
  }

  private mutating func copy(_ body: Body, _ model: inout Model) -> Body {
    var result = body
    result.inputs = body.inputs.compactMap { rename($0, &model) }
    result.initializers = body.initializers.compactMap { rename($0, &model) }
    result.nodes = body.nodes.map { copy($0, &model) }
    result.outputs = body.outputs.compactMap { rename($0, &model) }
    return result
  }

  private mutating func rename(_ id: ValueID, _ model: inout Model) -> ValueID? {
    if let known = renamed[id] { return known }
    var value = model[id]
    value.name =
      "\(node.name.isEmpty ? "call\(node.outputs.first.flatMap { $0?.index } ?? 0)" : node.name)/\(value.name)"
    let fresh = model.add(value)
    renamed[id] = .some(fresh)
    return fresh
  }
}
