import FormatKit
import Tensors

/// The length-delimited fields of an encoded message, for the few messages that protobuf-c does not unpack.
struct WireFields {
  private(set) var values: [(field: Int, bytes: Bytes)] = []

  init(_ message: Bytes) throws(FormatError) {
    var reader = ByteReader(message)
    while !reader.isAtEnd {
      let key = try reader.readVarint()
      switch key & 7 {
      case 0: _ = try reader.readVarint()
      case 1: try reader.skip(8)
      case 2:
        let count = try reader.readVarint()
        values.append((Int(key >> 3), try reader.take(Int(clamping: count))))
      case 5: try reader.skip(4)
      default: throw .badFile("a field has an impossible type")
      }
    }
  }

  /// The last value of a field, which is the one that counts.
  subscript(_ field: Int) -> Bytes? { values.last { $0.field == field }?.bytes }

  /// All values of a repeated field.
  func all(_ field: Int) -> [Bytes] { values.filter { $0.field == field }.map(\.bytes) }
}

extension ByteReader {
  /// Reads a number of seven bits per byte, least significant first.
  mutating func readVarint() throws(FormatError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try read(UInt8.self)
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw .badFile("a number takes more than 64 bits")
  }
}
