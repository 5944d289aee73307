import FormatKit
import Tensors

/// What a `TensorProto` holds.
struct TensorContents {
  let shape: Shape
  let type: DataType
  /// The elements; nil for strings, which stay in `extras`.
  let tensor: Tensor?
  /// Fields that the reader does not interpret.
  let extras: [UInt8]
}

/// Reads tensors in every storage that the format has. Bytes that lie in a file stay slices of its mapping.
struct TensorReader {
  /// The file that raw_data refers to.
  let file: Bytes
  /// The files that external data lies in; nil where a tensor must hold its elements itself.
  let externalFiles: ExternalFiles?

  func read(_ message: TensorMessage) throws(FormatError) -> TensorContents {
    let shape = try Self.shape(message.dimensions)
    guard let type = try ModelReader.dataType(message.dataType) else { throw .badFile("it states no data type") }
    let extras = message.unknownFields
    guard type != .string else { return TensorContents(shape: shape, type: type, tensor: nil, extras: extras) }
    guard let count = type.byteCount(elements: shape.count) else {
      throw .badFile("dimensions \(shape) are too large")
    }
    let bytes = try bytes(of: message, type, shape, count)
    guard let tensor = Tensor(shape, type: type, bytes: bytes) else {
      throw .badFile("\(type) elements of dimensions \(shape) take \(count) bytes, but there are \(bytes.count)")
    }
    return TensorContents(shape: shape, type: type, tensor: tensor, extras: extras)
  }

  private static func shape(_ dimensions: [Int64]) throws(FormatError) -> Shape {
    guard let shape = Shape(validating: dimensions.map { Int($0) }) else {
      throw .badFile("dimensions \(dimensions) are no shape")
    }
    return shape
  }

  private func bytes(
    of message: TensorMessage, _ type: DataType, _ shape: Shape, _ count: Int
  ) throws(FormatError) -> Bytes {
    if message.isExternal {
      guard let externalFiles else { throw .badFile("its elements lie in another file") }
      return try externalFiles.bytes(of: message.externalData, count: count)
    }
    if let raw = try message.rawData(in: file) { return raw }
    return try TypedData(message, type).bytes(elements: shape.count)
  }
}
