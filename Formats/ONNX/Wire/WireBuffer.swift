import FormatKit
import Tensors

/// The encoding of protobuf messages, built in memory.
///
/// Large tensors stay slices of where they come from: an encoded model takes little memory whatever its weights weigh.
struct WireBuffer {
  /// The parts before `tail`: encoded fields and tensors in alternation.
  private var parts: [Bytes] = []
  private var tail: [UInt8] = []
  /// The number of bytes of all parts.
  private(set) var count = 0

  /// From this size on, the bytes of a tensor are not copied.
  private static let sharedSize = 4096

  init() {}

  /// The parts, in order.
  var chunks: [Bytes] { tail.isEmpty ? parts : parts + [Bytes(copying: tail)] }

  /// All bytes in one array. Meant for what holds no tensors.
  var bytes: [UInt8] { parts.flatMap(\.array) + tail }

  mutating func append(encoded bytes: [UInt8]) {
    tail += bytes
    count += bytes.count
  }

  mutating func append(_ bytes: Bytes) {
    guard bytes.count >= Self.sharedSize else { return append(encoded: bytes.array) }
    if !tail.isEmpty { parts.append(Bytes(copying: tail)) }
    tail = []
    parts.append(bytes)
    count += bytes.count
  }

  mutating func append(_ other: WireBuffer) {
    for part in other.parts { append(part) }
    append(encoded: other.tail)
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(byte: UInt8(rest))
  }

  private mutating func append(byte: UInt8) {
    tail.append(byte)
    count += 1
  }

  private mutating func append(key field: Int, wireType: UInt8) {
    append(varint: UInt64(field) << 3 | UInt64(wireType))
  }
}

/// Whole fields. The number of a field comes first.
extension WireBuffer {
  mutating func field(_ field: Int, _ value: Int64) {
    append(key: field, wireType: 0)
    append(varint: UInt64(bitPattern: value))
  }

  mutating func field(_ field: Int, _ value: Float) {
    append(key: field, wireType: 5)
    withBytes(of: value.bitPattern)
  }

  mutating func field(_ field: Int, _ text: String) { self.field(field, [UInt8](text.utf8)) }

  mutating func field(_ field: Int, _ bytes: [UInt8]) {
    append(key: field, wireType: 2)
    append(varint: UInt64(bytes.count))
    append(encoded: bytes)
  }

  mutating func field(_ field: Int, _ bytes: Bytes) {
    append(key: field, wireType: 2)
    append(varint: UInt64(bytes.count))
    append(bytes)
  }

  mutating func field(_ field: Int, _ message: WireBuffer) {
    append(key: field, wireType: 2)
    append(varint: UInt64(message.count))
    append(message)
  }

  /// A text that may be left out where it is empty.
  mutating func optionalField(_ field: Int, _ text: String) {
    if !text.isEmpty { self.field(field, text) }
  }

  /// A field as protobuf-c keeps it: the length of a length-delimited one is part of its data.
  @unsafe mutating func append(unknownField field: Int, wireType: UInt8, _ data: UnsafeRawBufferPointer) {
    append(key: field, wireType: wireType)
    append(encoded: unsafe [UInt8](data))
  }

  private mutating func withBytes(of bits: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) { append(byte: UInt8(truncatingIfNeeded: bits >> shift)) }
  }
}
