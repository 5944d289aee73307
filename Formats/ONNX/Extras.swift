import FormatKit
import ModelGraph
import Tensors

// What the model has no place for is kept beside it in messages of our own, which no file ever holds.

/// What the file says of a value beyond name, type, dimensions and elements.
struct ValueExtras {
  /// Fields of its TensorProto; the strings of a tensor of strings are among them.
  var tensor: [UInt8] = []
  /// Fields of its ValueInfoProto.
  var info: [UInt8] = []
  /// Fields of its TypeProto: the whole type where it is no tensor.
  var type: [UInt8] = []
  /// Fields of each dimension; empty where none has any.
  var dimensions: [[UInt8]] = []
  /// The whole SparseTensorProto of a sparse initializer.
  var sparseInitializer: [UInt8] = []

  init() {}

  init(_ extras: FormatExtras) throws(FormatError) {
    guard !extras.bytes.isEmpty else { return }
    let fields = try WireFields(Bytes(copying: extras.bytes))
    tensor = fields[1]?.array ?? []
    info = fields[2]?.array ?? []
    type = fields[3]?.array ?? []
    dimensions = fields.all(4).map(\.array)
    sparseInitializer = fields[5]?.array ?? []
  }

  var encoded: FormatExtras {
    var buffer = WireBuffer()
    for (field, bytes) in [(1, tensor), (2, info), (3, type)] where !bytes.isEmpty { buffer.field(field, bytes) }
    if dimensions.contains(where: { !$0.isEmpty }) { dimensions.forEach { buffer.field(4, $0) } }
    if !sparseInitializer.isEmpty { buffer.field(5, sparseInitializer) }
    return FormatExtras(buffer.bytes)
  }
}

/// What the file says of a node beyond what the model holds.
struct NodeExtras {
  /// Fields of its NodeProto.
  var node: [UInt8] = []
  /// By attribute name, for the attributes that have any.
  var attributes: [String: AttributeExtras] = [:]

  init() {}

  init(_ extras: FormatExtras) throws(FormatError) {
    guard !extras.bytes.isEmpty else { return }
    let fields = try WireFields(Bytes(copying: extras.bytes))
    node = fields[1]?.array ?? []
    for entry in fields.all(2) {
      let entry = try WireFields(entry)
      attributes[entry[1]?.utf8String ?? ""] = AttributeExtras(
        attribute: entry[2]?.array ?? [], tensors: entry.all(3).map(\.array))
    }
  }

  var encoded: FormatExtras {
    var buffer = WireBuffer()
    if !node.isEmpty { buffer.field(1, node) }
    for (name, extras) in attributes.sorted(by: { $0.key < $1.key }) where !extras.isEmpty {
      var entry = WireBuffer()
      entry.field(1, name)
      if !extras.attribute.isEmpty { entry.field(2, extras.attribute) }
      extras.tensors.forEach { entry.field(3, $0) }
      buffer.field(2, entry)
    }
    return FormatExtras(buffer.bytes)
  }
}

/// What the file says of an attribute beyond its value.
struct AttributeExtras {
  /// Fields of its AttributeProto.
  var attribute: [UInt8] = []
  /// Fields of each of its tensors, their names included.
  var tensors: [[UInt8]] = []

  var isEmpty: Bool { attribute.isEmpty && tensors.allSatisfy(\.isEmpty) }
}
