import FormatKit
import ModelGraph
import Tensors

extension ModelReader {
  /// Reads an attribute: its value, and what the model has no place for.
  mutating func attribute(
    _ message: AttributeMessage, _ scope: Scope
  ) throws(FormatError) -> (Attribute, AttributeExtras) {
    let name = try message.name
    guard !name.isEmpty else { throw .badFile("an attribute has no name") }
    do throws(FormatError) {
      return try namedAttribute(message, scope)
    } catch {
      throw error.at("attribute \(quoted(name))")
    }
  }

  private mutating func namedAttribute(
    _ message: AttributeMessage, _ scope: Scope
  ) throws(FormatError) -> (Attribute, AttributeExtras) {
    let kind = try Self.kind(message)
    var extras = AttributeExtras(attribute: message.unknownFields)
    let reference = try message.reference
    if !reference.isEmpty { return (.reference(to: reference, type: kind.rawValue), extras) }
    switch kind {
    case .float: return (.float(message.float), extras)
    case .int: return (.int(message.int), extras)
    case .string: return (.string(message.string), extras)
    case .floats: return (.floats(message.floats), extras)
    case .ints: return (.ints(message.ints), extras)
    case .strings: return (.strings(message.strings), extras)
    case .tensor:
      guard let tensor = message.tensor else { throw .badFile("it holds no tensor") }
      return try self.tensors([tensor], isList: false, extras)
    case .tensors: return try self.tensors(message.tensors, isList: true, extras)
    case .graph:
      guard let graph = message.graph else { throw .badFile("it holds no graph") }
      return (.graph(try body(graph, inside: scope)), extras)
    case .graphs:
      var bodies: [Body] = []
      for graph in message.graphs { bodies.append(try body(graph, inside: scope)) }
      return (.graphs(bodies), extras)
    case .sparseTensor, .sparseTensors, .type, .types:
      // Their values are fields that onnx.proto does not declare.
      let value = Attribute.opaque(Self.opaque(kind, extras.attribute))
      extras.attribute = []
      return (value, extras)
    }
  }

  /// The kind that the file states, or before IR version 2 the kind of value that is there.
  private static func kind(_ message: AttributeMessage) throws(FormatError) -> AttributeKind {
    if let number = message.type {
      guard let kind = AttributeKind(rawValue: number) else { throw .badFile("attribute type \(number) is unknown") }
      return kind
    }
    if message.hasFloat { return .float }
    if message.hasInt { return .int }
    if message.hasString { return .string }
    if message.tensor != nil { return .tensor }
    if message.graph != nil { return .graph }
    if !message.floats.isEmpty { return .floats }
    if !message.ints.isEmpty { return .ints }
    if !message.strings.isEmpty { return .strings }
    throw .badFile("it states no type")
  }

  /// An attribute of tensors. Strings have no fixed width: a list that holds them stays encoded as a whole.
  private func tensors(
    _ messages: [TensorMessage], isList: Bool, _ extras: AttributeExtras
  ) throws(FormatError) -> (Attribute, AttributeExtras) {
    var contents: [TensorContents] = []
    for message in messages { contents.append(try tensors.read(message)) }
    var extras = extras
    if contents.contains(where: { $0.tensor == nil }) {
      var fields = WireBuffer()
      for (message, content) in zip(messages, contents) {
        fields.field(
          isList ? Field.Attribute.tensors : Field.Attribute.tensor, content.encoded(name: try message.name))
      }
      return (.opaque(Self.opaque(isList ? .tensors : .tensor, fields.bytes)), extras)
    }
    for (message, content) in zip(messages, contents) {
      var fields = WireBuffer()
      fields.optionalField(Field.Tensor.name, try message.name)
      fields.append(encoded: content.extras)
      extras.tensors.append(fields.bytes)
    }
    let tensors = contents.compactMap(\.tensor)
    return (isList ? .tensors(tensors) : .tensor(tensors[0]), extras)
  }

  /// The fields of an attribute after its name.
  private static func opaque(_ kind: AttributeKind, _ fields: [UInt8]) -> FormatExtras {
    var buffer = WireBuffer()
    buffer.field(Field.Attribute.type, Int64(kind.rawValue))
    buffer.append(encoded: fields)
    return FormatExtras(buffer.bytes)
  }
}
