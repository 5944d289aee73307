import Engine
import Kernels
import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Carries out a half-precision plan: converts constants, changes types and places casts where types meet.
struct HalfPrecisionRewriter {
  private let plan: HalfPrecisionPlan
  private let registry: OperatorRegistry
  private let compute: Compute
  private let convertsInterface: Bool
  private var editor: GraphEditor
  /// What the file calls the value in the type named; values that changed their type are not here.
  private var casts: [CastKey: ValueID] = [:]
  private var halfConstants: [ValueID: ValueID] = [:]
  /// The nodes of the body at work.
  private var nodes: [Node] = []
  /// Elements that rounding turned into zero.
  private(set) var underflowed = 0

  private struct CastKey: Hashable {
    let value: ValueID
    let type: DataType
  }

  /// - Parameter convertsInterface: whether inputs and outputs of the model become half too.
  init(
    _ model: Model, plan: HalfPrecisionPlan, convertsInterface: Bool, registry: OperatorRegistry, compute: Compute
  ) {
    self.plan = plan
    self.registry = registry
    self.compute = compute
    self.convertsInterface = convertsInterface
    editor = GraphEditor(model)
  }

  mutating func rewrite() -> Model {
    var main = editor.model.main
    if convertsInterface {
      for input in main.inputs where editor.model[input].type == .float32 && editor.model[input].constant == nil {
        editor.model[input].type = plan.type
      }
    }
    rewrite(&main, keepsOutputTypes: !convertsInterface)
    if convertsInterface { convertOutputs(of: &main) }
    main.initializers += editor.takeConstants()
    var model = editor.model
    model.main = main
    model.removeUnusedInitializers()
    return model
  }

  /// Rewrites one body. Where it keeps the types of its outputs, an output that became half is cast back under its
  /// old name.
  private mutating func rewrite(_ body: inout Body, keepsOutputTypes: Bool) {
    let outerNodes = nodes
    let outerCasts = casts
    nodes = []
    let outputs = keepsOutputTypes ? Set(body.outputs) : []
    for node in body.nodes { append(node, bodyOutputs: outputs) }
    body.nodes = nodes
    nodes = outerNodes
    casts = outerCasts
  }

  private mutating func append(_ original: Node, bodyOutputs: Set<ValueID>) {
    var node = original
    let isHalf = original.outputs.lazy.compactMap { $0 }.first.map(plan.halfNodes.contains) ?? false
    let version = editor.model.opsets[node.operatorName.domain] ?? 1
    let schema = registry.find(node.operatorName, version: version)?.schema
    for (position, input) in node.inputs.enumerated() {
      guard let input, let type = editor.model[input].type, type == .float32 || type == plan.type else { continue }
      let wanted = isHalf && schema?.float32Inputs.contains(position) == false ? plan.type : .float32
      // An input that was half before conversion stays what it was.
      if type == plan.type, wanted == .float32, !isConverted(input) { continue }
      node.inputs[position] = value(input, as: wanted)
    }
    node.attributes = rewritingBodies(of: node)
    guard isHalf else {
      nodes.append(node)
      return
    }
    convertAttributes(of: &node)
    let types = halfOutputTypes(of: node, registry)
    var castsBack: [Node] = []
    for (position, output) in node.outputs.enumerated() {
      guard let output, types[position] == plan.type else { continue }
      if bodyOutputs.contains(output) {
        let half = editor.addValue(
          "\(editor.model[output].name)_\(plan.type)", type: plan.type, dimensions: editor.model[output].dimensions)
        node.outputs[position] = half
        casts[CastKey(value: output, type: plan.type)] = half
        castsBack.append(cast(half, to: output, type: .float32))
      } else {
        editor.model[output].type = plan.type
        converted.insert(output)
      }
    }
    nodes.append(node)
    nodes += castsBack
  }

  /// The values whose type this conversion changed.
  private var converted: Set<ValueID> = []

  private func isConverted(_ value: ValueID) -> Bool {
    converted.contains(value) || (convertsInterface && editor.model.main.inputs.contains(value))
  }

  private mutating func rewritingBodies(of node: Node) -> OrderedDictionary<String, Attribute> {
    var attributes = node.attributes
    for (name, attribute) in node.attributes {
      guard case .graph(var body) = attribute else { continue }
      rewrite(&body, keepsOutputTypes: true)
      attributes[name] = .graph(body)
    }
    return attributes
  }

  /// Makes a node that names its type produce half.
  private func convertAttributes(of node: inout Node) {
    if node.operatorName.type == "Cast" { node.attributes["to"] = .int(Int64(plan.type.rawValue)) }
    if node.operatorName.type == "ConstantOfShape" {
      var value = Tensor([1], [0 as Float])
      if case .tensor(let tensor)? = node.attributes["value"] { value = tensor }
      node.attributes["value"] = .tensor(value.rounded(to: plan.type, compute).tensor)
    }
  }

  private func halfOutputTypes(of node: Node, _ registry: OperatorRegistry) -> [DataType?] {
    let inputs = node.inputs.map { $0.flatMap { editor.model[$0].type } }
    let types = editor.model.makeOperator(node, registry)?.outputTypes(inputs) ?? []
    guard let last = types.last else { return node.outputs.map { _ in nil } }
    return node.outputs.indices.map { $0 < types.count ? types[$0] : last }
  }

  // MARK: Values in the type wanted

  private mutating func value(_ id: ValueID, as type: DataType) -> ValueID {
    if editor.model[id].type == type { return id }
    if type == plan.type, let constant = editor.model[id].constant { return halfConstant(id, constant) }
    let key = CastKey(value: id, type: type)
    if let known = casts[key] { return known }
    let result = editor.addValue(
      "\(editor.model[id].name)_\(type)", type: type, dimensions: editor.model[id].dimensions)
    nodes.append(cast(id, to: result, type: type))
    casts[key] = result
    return result
  }

  private mutating func halfConstant(_ id: ValueID, _ constant: Tensor) -> ValueID {
    if let known = halfConstants[id] { return known }
    let rounded = constant.rounded(to: plan.type, compute)
    underflowed += rounded.underflowed
    let half = editor.addConstant("\(editor.model[id].name)_\(plan.type)", rounded.tensor)
    halfConstants[id] = half
    return half
  }

  private func cast(_ input: ValueID, to output: ValueID, type: DataType) -> Node {
    Node(
      name: "\(editor.model[output].name)_Cast", OperatorName("Cast"), inputs: [input], outputs: [output],
      attributes: ["to": .int(Int64(type.rawValue))])
  }

  /// Makes the outputs of the model half that are not yet: those of nodes that stay in float32.
  private mutating func convertOutputs(of body: inout Body) {
    for (position, output) in body.outputs.enumerated() where editor.model[output].type == .float32 {
      let name = editor.model[output].name
      let wide = editor.addValue("\(name)_float32", type: .float32, dimensions: editor.model[output].dimensions)
      guard body.rename(output, to: wide) else { continue }
      editor.model[output].type = plan.type
      body.outputs[position] = output
      body.nodes.append(cast(wide, to: output, type: plan.type))
    }
  }
}

extension Body {
  /// Gives the value `old`, produced by a node of this body, the new identity `new` here and inside; false where no
  /// node produces it.
  fileprivate mutating func rename(_ old: ValueID, to new: ValueID) -> Bool {
    guard nodes.contains(where: { $0.outputs.contains(old) }) else { return false }
    rewriteBodies { body in
      for index in body.nodes.indices {
        body.nodes[index].inputs = body.nodes[index].inputs.map { $0 == old ? new : $0 }
        body.nodes[index].outputs = body.nodes[index].outputs.map { $0 == old ? new : $0 }
      }
    }
    return true
  }
}

extension Tensor {
  /// A float32 tensor rounded to a half-precision type, and how many elements became zero by it.
  func rounded(to type: DataType, _ compute: Compute) -> (tensor: Tensor, underflowed: Int) {
    let source = aligned()
    if type == .float16 {
      var lost = 0
      let tensor = Tensor(shape, of: Half.self) {
        lost = compute.convert(source.span(of: Float.self), into: &$0).underflowed
      }
      return (tensor, lost)
    }
    var lost = 0
    let tensor = Tensor(shape, of: BFloat16.self) {
      lost = compute.convert(source.span(of: Float.self), into: &$0).underflowed
    }
    return (tensor, lost)
  }
}
