import FormatKit
import Tensors

/// The table of contents of a zip archive (PKWARE APPNOTE 6.3), with 64-bit sizes where they are given.
struct ZipArchive {
  let entries: [ZipEntry]

  /// Reads the central directory, which alone says what belongs to the archive.
  init(_ file: Bytes) throws(FormatError) {
    do throws(FormatError) {
      let directory = try CentralDirectory(file)
      var reader = ByteReader(file.slice(0..<directory.range.upperBound))
      try reader.seek(to: directory.range.lowerBound)
      var entries: [ZipEntry] = []
      for _ in 0..<directory.entryCount {
        entries.append(try ZipEntry(&reader, file: file.slice(0..<directory.range.lowerBound)))
      }
      guard reader.isAtEnd else { throw FormatError.badFile("the central directory is longer than its entries") }
      self.entries = entries
    } catch { throw error.at("damaged .npz archive") }
  }
}

/// Where the central directory lies.
private struct CentralDirectory {
  let range: Range<Int>
  let entryCount: Int

  private static let endSignature: UInt32 = 0x0605_4B50
  private static let end64Signature: UInt32 = 0x0606_4B50
  private static let locator64Signature: UInt32 = 0x0706_4B50
  private static let endSize = 22
  private static let locator64Size = 20
  private static let longestComment = 0xFFFF

  init(_ file: Bytes) throws(FormatError) {
    let end = try Self.findEnd(file)
    if let end64 = try Self.findEnd64(file, before: end) {
      (range, entryCount) = try Self.read64(file, at: end64)
    } else {
      (range, entryCount) = try Self.read(file, at: end)
    }
  }

  /// The record that ends the archive, before a comment of unknown length.
  private static func findEnd(_ file: Bytes) throws(FormatError) -> Int {
    var position = file.count - endSize
    while position >= 0, file.count - position - endSize <= longestComment {
      var reader = ByteReader(file.slice(position..<file.count))
      if try reader.read(UInt32.self) == endSignature {
        try reader.skip(16)
        if Int(try reader.read(UInt16.self)) == reader.remaining { return position }
      }
      position -= 1
    }
    throw .badFile("it has no end record")
  }

  private static func findEnd64(_ file: Bytes, before end: Int) throws(FormatError) -> Int? {
    guard end >= locator64Size else { return nil }
    var reader = ByteReader(file.slice(end - locator64Size..<end))
    guard try reader.read(UInt32.self) == locator64Signature else { return nil }
    try reader.skip(4)
    return Int(truncatingIfNeeded: try reader.read(UInt64.self))
  }

  private static func read(_ file: Bytes, at end: Int) throws(FormatError) -> (Range<Int>, Int) {
    var reader = ByteReader(file)
    try reader.seek(to: end + 4)
    let disks = (try reader.read(UInt16.self), try reader.read(UInt16.self))
    let counts = (try reader.read(UInt16.self), try reader.read(UInt16.self))
    guard disks == (0, 0), counts.0 == counts.1 else { throw .badFile("it is spread over several files") }
    let (size, start) = (try reader.read(UInt32.self), try reader.read(UInt32.self))
    return (try range(start: UInt64(start), size: UInt64(size), below: end), Int(counts.0))
  }

  private static func read64(_ file: Bytes, at end: Int) throws(FormatError) -> (Range<Int>, Int) {
    var reader = ByteReader(file)
    try reader.seek(to: end)
    guard try reader.read(UInt32.self) == end64Signature else { throw .badFile("its 64-bit end record is missing") }
    try reader.skip(12)
    let disks = (try reader.read(UInt32.self), try reader.read(UInt32.self))
    let counts = (try reader.read(UInt64.self), try reader.read(UInt64.self))
    guard disks == (0, 0), counts.0 == counts.1 else { throw .badFile("it is spread over several files") }
    let (size, start) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
    return (try range(start: start, size: size, below: end), Int(clamping: counts.0))
  }

  private static func range(start: UInt64, size: UInt64, below end: Int) throws(FormatError) -> Range<Int> {
    let (upper, overflow) = start.addingReportingOverflow(size)
    guard !overflow, upper <= UInt64(end) else { throw .badFile("its central directory lies outside the file") }
    return Int(start)..<Int(upper)
  }
}
