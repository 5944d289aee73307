import FormatKit
import Tensors

/// One file of a zip archive.
struct ZipEntry {
  let name: String
  private let method: UInt16
  private let checksum: UInt32
  /// Bytes after decompression.
  private let size: Int
  private let stored: Bytes

  private static let directorySignature: UInt32 = 0x0201_4B50
  private static let localSignature: UInt32 = 0x0403_4B50
  /// No deflate stream expands by more than this, so that a larger size is a lie.
  private static let largestExpansion = 1032

  /// Reads the next record of the central directory. `file` is what precedes it.
  init(_ reader: inout ByteReader, file: Bytes) throws(FormatError) {
    guard try reader.read(UInt32.self) == Self.directorySignature else {
      throw .badFile("an entry of its central directory is missing")
    }
    try reader.skip(4)
    let flags: UInt16 = try reader.read()
    method = try reader.read()
    try reader.skip(4)
    checksum = try reader.read()
    var sizes = Sizes(stored: UInt64(try reader.read(UInt32.self)), full: UInt64(try reader.read(UInt32.self)))
    let lengths = (try reader.read(UInt16.self), try reader.read(UInt16.self), try reader.read(UInt16.self))
    try reader.skip(8)
    sizes.offset = UInt64(try reader.read(UInt32.self))
    guard let name = try reader.take(Int(lengths.0)).utf8String else { throw .badFile("a name in it is not UTF-8") }
    self.name = name
    try sizes.widen(with: try reader.take(Int(lengths.1)))
    try reader.skip(Int(lengths.2))
    guard flags & 1 == 0 else { throw .badFile("\(quoted(name)) is encrypted") }
    stored = try Self.data(in: file, sizes, name: name)
    size = Int(clamping: sizes.full)
  }

  /// The content, checked against its checksum. What is stored uncompressed stays a slice of the archive.
  func content() throws(FormatError) -> Bytes {
    let content = try decompressed()
    guard CRC32.of(content.span) == checksum else {
      throw .badFile("\(quoted(name)) is damaged: its checksum is wrong")
    }
    return content
  }

  private func decompressed() throws(FormatError) -> Bytes {
    switch method {
    case 0 where size == stored.count: return stored
    case 8 where size / Self.largestExpansion <= stored.count:
      do throws(FormatError) { return try inflate(stored, size: size) } catch { throw error.at(quoted(name)) }
    case 0, 8: throw .badFile("\(quoted(name)) has a size that its data cannot have")
    default: throw .badFile("\(quoted(name)) is compressed by method \(method); only deflate is read")
    }
  }

  /// The bytes behind the local header, whose names and extra fields have lengths of their own.
  private static func data(in file: Bytes, _ sizes: Sizes, name: String) throws(FormatError) -> Bytes {
    do throws(FormatError) {
      var reader = ByteReader(file)
      try reader.seek(to: Int(clamping: sizes.offset))
      guard try reader.read(UInt32.self) == localSignature else { throw FormatError.badFile("its header is missing") }
      try reader.skip(22)
      let lengths = (try reader.read(UInt16.self), try reader.read(UInt16.self))
      try reader.skip(Int(lengths.0) + Int(lengths.1))
      return try reader.take(Int(clamping: sizes.stored))
    } catch { throw error.at(quoted(name)) }
  }
}

/// The numbers of an entry that may need 64 bits.
private struct Sizes {
  var stored: UInt64
  var full: UInt64
  var offset: UInt64 = 0

  private static let isElsewhere = UInt64(UInt32.max)
  private static let wideTag: UInt16 = 1

  init(stored: UInt64, full: UInt64) {
    self.stored = stored
    self.full = full
  }

  /// Takes those that do not fit 32 bits from the entry's extra fields.
  mutating func widen(with extra: Bytes) throws(FormatError) {
    var reader = ByteReader(extra)
    while reader.remaining >= 4 {
      let tag: UInt16 = try reader.read()
      var field = ByteReader(try reader.take(Int(try reader.read(UInt16.self))))
      guard tag == Self.wideTag else { continue }
      if full == Self.isElsewhere { full = try field.read() }
      if stored == Self.isElsewhere { stored = try field.read() }
      if offset == Self.isElsewhere { offset = try field.read() }
    }
  }
}
