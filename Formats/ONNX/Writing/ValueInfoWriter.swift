import FormatKit
import ModelGraph
import Tensors

extension ModelWriter {
  /// Whether there is anything to say of a value but its name.
  func isDescribed(_ id: ValueID) throws(FormatError) -> Bool {
    let value = model[id]
    let extras = try ValueExtras(value.extras)
    return value.type != nil || value.dimensions != nil || !extras.type.isEmpty || !extras.info.isEmpty
  }

  func valueInfo(_ id: ValueID) throws(FormatError) -> WireBuffer {
    let value = model[id]
    let extras = try ValueExtras(value.extras)
    var buffer = WireBuffer()
    buffer.field(Field.ValueInfo.name, value.name)
    let type = Self.type(of: value, extras)
    if type.count > 0 { buffer.field(Field.ValueInfo.type, type) }
    buffer.append(encoded: extras.info)
    return buffer
  }

  private static func type(of value: Value, _ extras: ValueExtras) -> WireBuffer {
    var buffer = WireBuffer()
    if value.type != nil || value.dimensions != nil {
      var tensor = WireBuffer()
      if let type = value.type { tensor.field(Field.TensorType.elementType, Int64(type.rawValue)) }
      if let dimensions = value.dimensions {
        // What was said of dimensions no longer applies once their number has changed.
        let isSameRank = extras.dimensions.count == dimensions.count
        tensor.field(Field.TensorType.shape, shape(dimensions, isSameRank ? extras.dimensions : []))
      }
      buffer.field(Field.ValueType.tensor, tensor)
    }
    buffer.append(encoded: extras.type)
    return buffer
  }

  private static func shape(_ dimensions: [Dimension], _ extras: [[UInt8]]) -> WireBuffer {
    var buffer = WireBuffer()
    for (axis, dimension) in dimensions.enumerated() {
      var encoded = WireBuffer()
      switch dimension {
      case .fixed(let size): encoded.field(Field.Dimension.size, Int64(size))
      case .named(let name): encoded.field(Field.Dimension.name, name)
      case .unknown: break
      }
      if !extras.isEmpty { encoded.append(encoded: extras[axis]) }
      buffer.field(Field.Shape.dimension, encoded)
    }
    return buffer
  }
}
