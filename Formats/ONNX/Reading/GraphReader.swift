import FormatKit
import ModelGraph
import Tensors

extension ModelReader {
  /// Reads a graph. Names that it does not define are looked up in `outer`.
  mutating func body(_ message: GraphMessage, inside outer: Scope?) throws(FormatError) -> Body {
    let scope = Scope(inside: outer)
    var body = Body(name: try message.name, extras: FormatExtras(message.unknownFields))
    body.inputs = try inputs(message.inputs, scope)
    body.initializers = try initializers(message, inputs: Set(body.inputs), scope)
    let nodes = message.nodes
    let outputs = try defineOutputs(of: nodes, scope)
    // A graph output is described in its own place; value_info only adds what is missing.
    try describe(message.outputs, in: scope)
    try describe(message.valueInfos, in: scope)
    body.nodes = try nodesInOrder(nodes, outputs: outputs, scope)
    body.outputs = try graphOutputs(message.outputs, scope)
    return body
  }

  /// Adds a value to the model under a name that its scope must not define yet.
  mutating func define(_ value: Value, as what: @autoclosure () -> String, _ scope: Scope) throws(FormatError)
    -> ValueID
  {
    let id = model.add(value)
    guard scope.define(value.name, id) else {
      throw .badFile("\(what()) \(quoted(value.name)) is already defined in the same graph")
    }
    return id
  }

  private mutating func inputs(_ messages: [ValueInfoMessage], _ scope: Scope) throws(FormatError) -> [ValueID] {
    var inputs: [ValueID] = []
    for (index, message) in messages.enumerated() {
      var value = Value(name: try message.name)
      guard !value.name.isEmpty else { throw .badFile("input \(index) has no name") }
      try Self.describe(&value, by: message)
      inputs.append(try define(value, as: "input", scope))
    }
    return inputs
  }

  /// Defines what the nodes produce. Each node has its outputs before any input is looked up, in whatever order the
  /// file lists the nodes.
  mutating func defineOutputs(of nodes: [NodeMessage], _ scope: Scope) throws(FormatError) -> [[ValueID?]] {
    var outputs: [[ValueID?]] = []
    outputs.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      do throws(FormatError) {
        outputs.append(try defineOutputs(named: node.outputs, scope))
      } catch {
        throw error.at(NodePlace(node, index: index).description)
      }
    }
    return outputs
  }

  private mutating func defineOutputs(named names: [String], _ scope: Scope) throws(FormatError) -> [ValueID?] {
    var ids: [ValueID?] = []
    for (index, name) in names.enumerated() {
      ids.append(name.isEmpty ? nil : try define(Value(name: name), as: "output \(index)", scope))
    }
    return ids
  }

  private func graphOutputs(_ messages: [ValueInfoMessage], _ scope: Scope) throws(FormatError) -> [ValueID] {
    var outputs: [ValueID] = []
    for (index, message) in messages.enumerated() {
      let name = try message.name
      guard let id = scope.resolve(name) else {
        throw .badFile("output \(index) \(quoted(name)) is produced by no node, input or initializer")
      }
      outputs.append(id)
    }
    return outputs
  }

  /// Reads the nodes, each after the producers of its inputs, and otherwise in the order of the file.
  mutating func nodesInOrder(
    _ messages: [NodeMessage], outputs: [[ValueID?]], _ scope: Scope
  ) throws(FormatError) -> [Node] {
    var nodes: [Node] = []
    nodes.reserveCapacity(messages.count)
    for (index, message) in messages.enumerated() {
      nodes.append(try node(message, index: index, outputs: outputs[index], scope))
    }
    return try inTopologicalOrder(nodes)
  }
}
