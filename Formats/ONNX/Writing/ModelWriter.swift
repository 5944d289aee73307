import FormatKit
import ModelGraph
import OrderedCollections
import Tensors

/// Encodes a model as a `ModelProto`. Extensions in this folder encode graphs, nodes, attributes, tensors and types.
struct ModelWriter {
  let model: Model
  /// Where large tensors go; nil where they stay in the message.
  var external: ExternalData?

  init(_ model: Model) { self.model = model }

  mutating func message() throws(FormatError) -> WireBuffer {
    var buffer = WireBuffer()
    buffer.field(Field.Model.irVersion, Int64(fileVersion(of: model)))
    buffer.append(encoded: model.extras.bytes)
    for (key, value) in model.metadata {
      var entry = WireBuffer()
      entry.field(Field.Entry.key, key)
      entry.field(Field.Entry.value, value)
      buffer.field(Field.Model.metadata, entry)
    }
    for function in model.functions { buffer.field(Field.Model.function, try self.function(function)) }
    for (domain, version) in model.opsets where !domain.isEmpty {
      buffer.field(Field.Model.operatorSet, Self.opset(domain, version))
    }
    buffer.field(Field.Model.graph, try graph(model.main))
    // Nothing in protobuf marks the end of a file. The import that every model needs comes last, so that a file which
    // has been cut off anywhere is found out.
    if model.opsets[""] != nil || model.opsets.isEmpty {
      buffer.field(Field.Model.operatorSet, Self.opset("", model.opset))
    }
    return buffer
  }

  private static func opset(_ domain: String, _ version: Int) -> WireBuffer {
    var buffer = WireBuffer()
    buffer.field(Field.OperatorSet.domain, domain)
    buffer.field(Field.OperatorSet.version, Int64(version))
    return buffer
  }

  private mutating func function(_ function: ModelFunction) throws(FormatError) -> WireBuffer {
    var buffer = WireBuffer()
    let extras = try NodeExtras(function.extras)
    buffer.field(Field.Function.name, function.name.type)
    function.body.inputs.forEach { buffer.field(Field.Function.input, model[$0].name) }
    function.body.outputs.forEach { buffer.field(Field.Function.output, model[$0].name) }
    function.requiredAttributes.forEach { buffer.field(Field.Function.requiredAttribute, $0) }
    for node in function.body.nodes { buffer.field(Field.Function.node, try self.node(node)) }
    for (domain, version) in function.opsets {
      buffer.field(Field.Function.operatorSet, Self.opset(domain, version))
    }
    buffer.field(Field.Function.domain, function.name.domain)
    for (name, attribute) in function.defaultAttributes {
      let encoded = try self.attribute(name, attribute, extras.attributes[name] ?? AttributeExtras())
      buffer.field(Field.Function.defaultAttribute, encoded)
    }
    for id in function.body.inputs + inner(of: function.body) where try isDescribed(id) {
      buffer.field(Field.Function.valueInfo, try valueInfo(id))
    }
    buffer.optionalField(Field.Function.overload, function.overload)
    buffer.append(encoded: extras.node)
    return buffer
  }
}

/// The file version to write: the model's own, or the lowest that its contents need where that is higher.
private func fileVersion(of model: Model) -> Int {
  let inputs = Set(model.main.inputs)
  var version = max(model.formatVersion, fileVersion(ofOpset: model.opset))
  // Before version 4 every initializer had to be an input as well.
  if !model.main.initializers.allSatisfy(inputs.contains) { version = max(version, 4) }
  if !model.functions.isEmpty { version = max(version, 8) }
  return version
}

/// The file version that was current when an opset came out (ONNX versioning document, "Released versions").
private func fileVersion(ofOpset opset: Int) -> Int {
  switch opset {
  case ...8: 3
  case 9: 4
  case 10: 5
  case 11: 6
  case 12...14: 7
  case 15...18: 8
  case 19...20: 9
  case 21...22: 10
  case 23: 11
  case 24: 12
  case 25...27: 13
  default: 14
  }
}
