import FormatKit
import Tensors

extension ModelWriter {
  /// Encodes a tensor with its elements as raw_data, or with a reference to the external file.
  mutating func tensor(_ tensor: Tensor, name: String, _ extras: [UInt8], mayBeExternal: Bool) -> WireBuffer {
    var buffer = WireBuffer()
    buffer.appendTensorHead(tensor.shape, tensor.type, name: name)
    if mayBeExternal, tensor.bytes.count >= ExternalData.smallestTensor, var external {
      let offset = external.add(tensor.bytes)
      let entries = [
        ("location", external.location), ("offset", "\(offset)"), ("length", "\(tensor.bytes.count)"),
      ]
      for (key, value) in entries {
        var entry = WireBuffer()
        entry.field(Field.Entry.key, key)
        entry.field(Field.Entry.value, value)
        buffer.field(Field.Tensor.externalData, entry)
      }
      buffer.field(Field.Tensor.dataLocation, Int64(1))
      self.external = external
    } else {
      buffer.field(Field.Tensor.rawData, tensor.bytes)
    }
    buffer.append(encoded: extras)
    return buffer
  }
}

extension TensorContents {
  /// Encodes a tensor whose elements are among its extras or take few bytes.
  func encoded(name: String) -> WireBuffer {
    var buffer = WireBuffer()
    buffer.appendTensorHead(shape, type, name: name)
    if let tensor { buffer.field(Field.Tensor.rawData, tensor.bytes) }
    buffer.append(encoded: extras)
    return buffer
  }
}

extension WireBuffer {
  fileprivate mutating func appendTensorHead(_ shape: Shape, _ type: DataType, name: String) {
    for dimension in shape.dimensions { field(Field.Tensor.dimension, Int64(dimension)) }
    field(Field.Tensor.dataType, Int64(type.rawValue))
    optionalField(Field.Tensor.name, name)
  }
}
