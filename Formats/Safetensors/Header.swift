import FormatKit
import OrderedCollections
import Tensors

/// The checked header of a file.
struct Header {
  let metadata: OrderedDictionary<String, String>
  /// Where each tensor lies, in the order of the header.
  let regions: [Region]
  /// Bytes from the start of the file to the data.
  let byteCount: Int

  /// The longest header that readers of the format accept.
  static let maximumLength = 100_000_000
  /// Bytes of the length that precedes the header.
  static let lengthSize = 8
  static let metadataKey = "__metadata__"

  init(_ file: Bytes) throws(FormatError) {
    let text = try Self.text(of: file)
    byteCount = Self.lengthSize + text.count
    let members = try Self.members(of: text)
    metadata = try Self.metadata(in: members)
    var regions: [Region] = []
    for member in members.members where member.key != Self.metadataKey {
      regions.append(try Region(name: member.key, member.value))
    }
    self.regions = regions
    try checkTiling(of: regions, dataSize: file.count - byteCount)
  }

  /// The header's JSON text, found by the length in front of it.
  private static func text(of file: Bytes) throws(FormatError) -> Bytes {
    guard file.count >= lengthSize else {
      throw .badFile("the file has \(file.count) bytes, too few for a header length")
    }
    var reader = ByteReader(file)
    let length = try reader.read(UInt64.self)
    guard length <= maximumLength else {
      throw .badFile("the header length \(length) is over the limit of \(maximumLength) bytes")
    }
    guard length <= reader.remaining else {
      throw .badFile("the header of \(length) bytes ends past the file (\(file.count) bytes)")
    }
    return try reader.take(Int(length))
  }

  private static func members(of text: Bytes) throws(FormatError) -> JSONObject {
    guard try text.byte(at: 0) == UInt8(ascii: "{") else { throw .badFile("the header does not start with {") }
    guard try text.byte(at: text.count - 1) != 0 else {
      throw .badFile("the header is padded with NUL bytes where the format wants spaces")
    }
    do throws(FormatError) {
      guard let members = try JSON(parsing: text).object else {
        throw FormatError.badFile("the header is not an object")
      }
      return members
    } catch { throw error.at("header") }
  }

  private static func metadata(in members: JSONObject) throws(FormatError) -> OrderedDictionary<String, String> {
    guard let value = members[metadataKey] else { return [:] }
    guard let object = value.object else { throw .badFile("\(metadataKey) is \(value.kind), not an object") }
    var metadata: OrderedDictionary<String, String> = [:]
    for member in object.members {
      guard let text = member.value.string else {
        throw .badFile("\(metadataKey): \(quoted(member.key)) is \(member.value.kind), not a string")
      }
      metadata[member.key] = text
    }
    return metadata
  }
}

extension Bytes {
  /// The byte at `position`; nil where there is none.
  func byte(at position: Int) throws(FormatError) -> UInt8? {
    guard (0..<count).contains(position) else { return nil }
    var reader = ByteReader(slice(position..<position + 1))
    return try reader.read()
  }
}
