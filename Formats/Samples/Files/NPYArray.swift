import FormatKit
import Tensors

/// A NumPy array file: versions 1.0, 2.0 and 3.0 of NumPy's format.
enum NPYArray {
  /// Reads a whole file. Elements stay in place; those in Fortran order are copied into row-major order.
  static func read(_ file: Bytes) throws(FormatError) -> Tensor {
    var reader = ByteReader(file)
    let header = try NPYHeader(try headerText(&reader))
    let type = try elementType(header.descriptor)
    guard let shape = Shape(validating: header.shape), let size = type.byteCount(elements: shape.count) else {
      throw .badFile("shape \(header.shape) has more elements than can be counted")
    }
    guard size == reader.remaining else {
      throw .badFile(
        "an array of \(header.descriptor) of shape \(shape) takes \(size) bytes, but \(reader.remaining) follow the "
          + "header")
    }
    let stored = header.isFortranOrder ? Shape(header.shape.reversed()) : shape
    guard let tensor = Tensor(stored, type: type, bytes: try reader.take(size)) else {
      preconditionFailure("\(size) bytes as \(shape) elements of \(type)")
    }
    return header.isFortranOrder ? tensor.reversingAxes() : tensor
  }

  private static func headerText(_ reader: inout ByteReader) throws(FormatError) -> Bytes {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard reader.remaining >= magic.count + 2, try reader.take(magic.count).array == magic else {
      throw .badFile("not a .npy file: it does not start with the mark of one")
    }
    let major: UInt8 = try reader.read()
    let minor: UInt8 = try reader.read()
    guard (1...3).contains(major), minor == 0 else {
      throw .badFile("version \(major).\(minor) of the .npy format is not known")
    }
    let length = major == 1 ? Int(try reader.read(UInt16.self)) : Int(try reader.read(UInt32.self))
    return try reader.take(length)
  }

  /// The type of a descriptor such as `<f4`.
  private static func elementType(_ descriptor: String) throws(FormatError) -> DataType {
    if let type = elementTypes[descriptor] { return type }
    let reversed = descriptor.hasPrefix(">") ? "<" + descriptor.dropFirst() : ""
    if elementTypes[reversed] != nil {
      throw .badFile("big-endian elements (\(descriptor)) are not read; save array.astype(\"\(reversed)\")")
    }
    throw .badFile("elements of type \(quoted(descriptor)) are not read")
  }

  private static let elementTypes: [String: DataType] = [
    "|b1": .bool, "|i1": .int8, "|u1": .uint8, "<i2": .int16, "<u2": .uint16, "<i4": .int32, "<u4": .uint32,
    "<i8": .int64, "<u8": .uint64, "<f2": .float16, "<f4": .float32, "<f8": .float64, "<c8": .complex64,
  ]
}
