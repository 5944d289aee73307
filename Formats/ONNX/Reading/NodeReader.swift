import FormatKit
import ModelGraph
import OrderedCollections
import Tensors

/// How messages name a node: by its name, or by its position where it has none.
struct NodePlace: CustomStringConvertible {
  let description: String

  /// What cannot be read of the node is left out.
  init(_ node: NodeMessage, index: Int) {
    let operatorName = OperatorName((try? node.type) ?? "", domain: (try? node.domain) ?? "")
    self.init(name: (try? node.name) ?? "", operatorName, index: index)
  }

  init(name: String, _ operatorName: OperatorName, index: Int) {
    description = "node \(name.isEmpty ? "\(index)" : quoted(name)) (\(printable("\(operatorName)")))"
  }
}

extension ModelReader {
  mutating func node(
    _ message: NodeMessage, index: Int, outputs: [ValueID?], _ scope: Scope
  ) throws(FormatError) -> Node {
    do throws(FormatError) {
      return try node(message, outputs: outputs, scope)
    } catch {
      throw error.at(NodePlace(message, index: index).description)
    }
  }

  private mutating func node(
    _ message: NodeMessage, outputs: [ValueID?], _ scope: Scope
  ) throws(FormatError) -> Node {
    let name = OperatorName(try message.type, domain: try message.domain)
    guard !name.type.isEmpty else { throw .badFile("it states no operator") }
    var node = Node(name: try message.name, name, inputs: try inputs(message.inputs, scope), outputs: outputs)
    var extras = NodeExtras()
    extras.node = message.unknownFields
    for attribute in message.attributes {
      let key = try attribute.name
      let (value, attributeExtras) = try self.attribute(attribute, scope)
      guard node.attributes.updateValue(value, forKey: key) == nil else {
        throw .badFile("attribute \(quoted(key)) is given twice")
      }
      if !attributeExtras.isEmpty { extras.attributes[key] = attributeExtras }
    }
    node.extras = extras.encoded
    return node
  }

  private func inputs(_ names: [String], _ scope: Scope) throws(FormatError) -> [ValueID?] {
    var inputs: [ValueID?] = []
    for (index, name) in names.enumerated() {
      if name.isEmpty {
        inputs.append(nil)
      } else if let id = scope.resolve(name) {
        inputs.append(id)
      } else {
        throw .badFile("input \(index) \(quoted(name)) is produced by no node, input or initializer")
      }
    }
    return inputs
  }
}
