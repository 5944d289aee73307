import FormatKit
import ModelGraph
import OrderedCollections
import Tensors

extension ModelWriter {
  mutating func graph(_ body: Body) throws(FormatError) -> WireBuffer {
    var buffer = WireBuffer()
    for node in body.nodes { buffer.field(Field.Graph.node, try self.node(node)) }
    buffer.optionalField(Field.Graph.name, body.name)
    for id in body.initializers { try append(initializer: id, to: &buffer) }
    for id in body.inputs { buffer.field(Field.Graph.input, try valueInfo(id)) }
    for id in body.outputs { buffer.field(Field.Graph.output, try valueInfo(id)) }
    let outputs = Set(body.outputs)
    for id in inner(of: body) where !outputs.contains(id) {
      if try isDescribed(id) { buffer.field(Field.Graph.valueInfo, try valueInfo(id)) }
    }
    buffer.append(encoded: body.extras.bytes)
    return buffer
  }

  /// What the nodes of a body produce, in order.
  func inner(of body: Body) -> [ValueID] { body.nodes.flatMap { $0.outputs.compactMap { $0 } } }

  private mutating func append(initializer id: ValueID, to buffer: inout WireBuffer) throws(FormatError) {
    let value = model[id]
    let extras = try ValueExtras(value.extras)
    if let tensor = value.constant {
      buffer.field(Field.Graph.initializer, self.tensor(tensor, name: value.name, extras.tensor, mayBeExternal: true))
    } else if !extras.sparseInitializer.isEmpty {
      buffer.field(Field.Graph.sparseInitializer, extras.sparseInitializer)
    } else {
      // Strings: the elements are among the extras.
      let sizes = value.dimensions?.map { $0.fixed ?? -1 }
      guard value.type == .string, let sizes, let shape = Shape(validating: sizes) else {
        throw .badFile("the model cannot be written: initializer \(quoted(value.name)) has no elements")
      }
      let contents = TensorContents(shape: shape, type: .string, tensor: nil, extras: extras.tensor)
      buffer.field(Field.Graph.initializer, contents.encoded(name: value.name))
    }
  }

  mutating func node(_ node: Node) throws(FormatError) -> WireBuffer {
    var buffer = WireBuffer()
    let extras = try NodeExtras(node.extras)
    for id in node.inputs { buffer.field(Field.Node.input, id.map { model[$0].name } ?? "") }
    for id in node.outputs { buffer.field(Field.Node.output, id.map { model[$0].name } ?? "") }
    buffer.optionalField(Field.Node.name, node.name)
    buffer.field(Field.Node.type, node.operatorName.type)
    for (name, attribute) in node.attributes {
      let encoded = try self.attribute(name, attribute, extras.attributes[name] ?? AttributeExtras())
      buffer.field(Field.Node.attribute, encoded)
    }
    buffer.optionalField(Field.Node.domain, node.operatorName.domain)
    buffer.append(encoded: extras.node)
    return buffer
  }
}
