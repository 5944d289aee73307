public import FormatKit
public import OrderedCollections
public import Tensors

/// What a file of given tensors looks like: their order, the header, and the size of the whole, known before any
/// element is.
public struct SafetensorsLayout: Sendable {
  /// Name, type and shape of a tensor to be written.
  public struct Entry: Sendable, Hashable {
    public let name: String
    public let type: DataType
    public let shape: Shape

    public init(name: String, type: DataType, shape: Shape) {
      self.name = name
      self.type = type
      self.shape = shape
    }
  }

  /// The entries in the order of their data: types of wide alignment first, then by name. Every tensor is thereby
  /// aligned, and the file is byte for byte the one that the format's own library writes.
  public let entries: [Entry]

  /// The length of the header, its JSON text, and spaces up to a multiple of 8 bytes.
  let head: [UInt8]

  /// Bytes of all tensors together.
  public let dataSize: Int

  /// Lays out tensors given in any order.
  ///
  /// - Throws: `badFile` for two tensors of one name, types that safetensors lacks, and sub-byte tensors that do not
  ///   fill whole bytes.
  public init(
    _ entries: [Entry], metadata: OrderedDictionary<String, String> = [:]
  ) throws(FormatError) {
    self.entries = entries.sorted(by: Self.precedes)
    var header = JSONObject()
    if !metadata.isEmpty { header.insert(.object(Self.object(metadata)), for: Header.metadataKey) }
    var end = 0
    for entry in self.entries {
      let start = end
      do throws(FormatError) {
        end += try entry.byteCount
        guard header.insert(try entry.header(offsets: start..<end), for: entry.name) else {
          throw FormatError.badFile("is given twice")
        }
      } catch { throw error.at("tensor \(quoted(entry.name))") }
    }
    dataSize = end
    head = try Self.head(of: header)
  }

  /// Bytes of the whole file.
  public var fileSize: Int { head.count + dataSize }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    let (leftOrder, rightOrder) = (left.type.safetensorsOrder, right.type.safetensorsOrder)
    if leftOrder != rightOrder { return leftOrder < rightOrder }
    return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }

  private static func object(_ metadata: OrderedDictionary<String, String>) -> JSONObject {
    var object = JSONObject()
    for (key, value) in metadata { object.insert(.string(value), for: key) }
    return object
  }

  private static func head(of header: JSONObject) throws(FormatError) -> [UInt8] {
    var text = Array(JSON.object(header).text().utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= Header.maximumLength else {
      throw .badFile("the header of \(text.count) bytes is over the limit of \(Header.maximumLength) bytes")
    }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }
}

extension SafetensorsLayout.Entry {
  /// Bytes of the tensor.
  var byteCount: Int {
    get throws(FormatError) {
      guard let bitWidth = type.bitWidth, let count = type.byteCount(elements: shape.count) else {
        throw .badFile("\(type) of shape \(shape) has no size")
      }
      guard shape.count * bitWidth % 8 == 0 else {
        throw .badFile("\(type) of shape \(shape) takes \(shape.count * bitWidth) bits, not a whole number of bytes")
      }
      return count
    }
  }

  fileprivate func header(offsets: Range<Int>) throws(FormatError) -> JSON {
    guard let typeName = type.safetensorsName else { throw .badFile("safetensors has no type for \(type)") }
    guard name != Header.metadataKey else { throw .badFile("the name is reserved") }
    return [
      "dtype": .string(typeName), "shape": .array(shape.dimensions.map(JSON.integer)),
      "data_offsets": [.integer(offsets.lowerBound), .integer(offsets.upperBound)],
    ]
  }
}
