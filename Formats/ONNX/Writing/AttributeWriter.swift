import FormatKit
import ModelGraph
import Tensors

extension ModelWriter {
  mutating func attribute(
    _ name: String, _ attribute: Attribute, _ extras: AttributeExtras
  ) throws(FormatError) -> WireBuffer {
    var buffer = WireBuffer()
    buffer.field(Field.Attribute.name, name)
    switch attribute {
    case .float(let value): buffer.field(Field.Attribute.float, value)
    case .int(let value): buffer.field(Field.Attribute.int, value)
    case .string(let value): buffer.field(Field.Attribute.string, value)
    case .floats(let values): values.forEach { buffer.field(Field.Attribute.floats, $0) }
    case .ints(let values): values.forEach { buffer.field(Field.Attribute.ints, $0) }
    case .strings(let values): values.forEach { buffer.field(Field.Attribute.strings, $0) }
    case .tensor(let tensor): append([tensor], Field.Attribute.tensor, extras, to: &buffer)
    case .tensors(let tensors): append(tensors, Field.Attribute.tensors, extras, to: &buffer)
    case .graph(let body): buffer.field(Field.Attribute.graph, try graph(body))
    case .graphs(let bodies):
      for body in bodies { buffer.field(Field.Attribute.graphs, try graph(body)) }
    case .reference(let name, _): buffer.field(Field.Attribute.reference, name)
    case .opaque(let fields): buffer.append(encoded: fields.bytes)
    }
    if let type = Self.type(of: attribute) { buffer.field(Field.Attribute.type, Int64(type)) }
    buffer.append(encoded: extras.attribute)
    return buffer
  }

  private mutating func append(
    _ tensors: [Tensor], _ field: Int, _ extras: AttributeExtras, to buffer: inout WireBuffer
  ) {
    for (index, tensor) in tensors.enumerated() {
      // The name of a tensor in an attribute is among its extras.
      let extras = extras.tensors.count == tensors.count ? extras.tensors[index] : []
      buffer.field(field, self.tensor(tensor, name: "", extras, mayBeExternal: false))
    }
  }

  /// The type number to write; nil where it is among the opaque fields.
  private static func type(of attribute: Attribute) -> Int32? {
    let kind: AttributeKind
    switch attribute {
    case .float: kind = .float
    case .int: kind = .int
    case .string: kind = .string
    case .tensor: kind = .tensor
    case .graph: kind = .graph
    case .floats: kind = .floats
    case .ints: kind = .ints
    case .strings: kind = .strings
    case .tensors: kind = .tensors
    case .graphs: kind = .graphs
    case .reference(_, let type): return type
    case .opaque: return nil
    }
    return kind.rawValue
  }
}
