public import Tensors

/// Reads little-endian fields one after another and never past the end.
public struct ByteReader: Sendable {
  public let bytes: Bytes
  /// The position of the next byte.
  public private(set) var offset = 0

  public init(_ bytes: Bytes) { self.bytes = bytes }

  public var remaining: Int { bytes.count - offset }
  public var isAtEnd: Bool { remaining == 0 }

  /// Reads an unsigned or signed integer of any width, least significant byte first.
  public mutating func read<Integer: FixedWidthInteger & BitwiseCopyable>(
    _: Integer.Type = Integer.self
  ) throws(FormatError) -> Integer {
    let start = offset
    try skip(MemoryLayout<Integer>.size)
    return unsafe Integer(littleEndian: bytes.span.unsafeLoadUnaligned(fromByteOffset: start, as: Integer.self))
  }

  /// Takes the next `count` bytes as a slice.
  public mutating func take(_ count: Int) throws(FormatError) -> Bytes {
    let start = offset
    try skip(count)
    return bytes.slice(start..<offset)
  }

  /// Passes over the next `count` bytes.
  public mutating func skip(_ count: Int) throws(FormatError) {
    guard count >= 0, count <= remaining else {
      throw .badFile("byte \(offset): \(count) bytes are wanted, but the file ends after \(remaining)")
    }
    offset += count
  }

  /// Continues at an absolute position.
  public mutating func seek(to position: Int) throws(FormatError) {
    guard (0...bytes.count).contains(position) else {
      throw .badFile("position \(position) lies outside the file of \(bytes.count) bytes")
    }
    offset = position
  }
}

extension Bytes {
  /// The bytes as text; nil where they are not UTF-8.
  public var utf8String: String? {
    unsafe withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
  }

  /// A copy of the bytes.
  public var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}
