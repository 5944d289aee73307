import FormatKit
import ModelGraph
import OrderedCollections
import Tensors

extension ModelReader {
  /// Reads a model-local function and adds it to the model.
  mutating func read(_ message: FunctionMessage) throws(FormatError) {
    let name = OperatorName(try message.name, domain: try message.domain)
    let overload = try message.overload
    guard functionNames.insert("\(name)\n\(overload)").inserted else {
      throw .badFile("function \(printable("\(name)")) is defined twice")
    }
    do throws(FormatError) {
      model.functions.append(try function(message, name, overload))
    } catch {
      throw error.at("function \(printable("\(name)"))")
    }
  }

  private mutating func function(
    _ message: FunctionMessage, _ name: OperatorName, _ overload: String
  ) throws(FormatError) -> ModelFunction {
    let scope = Scope(inside: nil)
    var body = Body(name: name.type)
    for input in try message.inputs { body.inputs.append(try define(Value(name: input), as: "input", scope)) }
    let nodes = message.nodes
    let outputs = try defineOutputs(of: nodes, scope)
    try describe(message.valueInfos, in: scope)
    body.nodes = try nodesInOrder(nodes, outputs: outputs, scope)
    for output in try message.outputs {
      guard let id = scope.resolve(output) else {
        throw .badFile("output \(quoted(output)) is produced by no node or input")
      }
      body.outputs.append(id)
    }
    var function = ModelFunction(
      name: name, overload: overload, body: body, requiredAttributes: try message.requiredAttributes,
      opsets: try Self.opsets(message.operatorSets))
    var extras = NodeExtras()
    extras.node = message.unknownFields
    for attribute in message.defaultAttributes {
      let key = try attribute.name
      (function.defaultAttributes[key], extras.attributes[key]) = try self.attribute(attribute, scope)
    }
    function.extras = extras.encoded
    return function
  }
}
