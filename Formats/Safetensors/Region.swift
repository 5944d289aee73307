import FormatKit
import Tensors

/// Where one tensor lies in the data, as its entry in the header says.
struct Region {
  let name: String
  let type: DataType
  let shape: Shape
  /// Byte positions, counted from the start of the data.
  let range: Range<Int>

  /// Checks an entry on its own: whether its parts are there, and offsets, type and shape agree.
  init(name: String, _ entry: JSON) throws(FormatError) {
    self.name = name
    do throws(FormatError) {
      let fields = try Self.fields(of: entry)
      (type, shape) = (try Self.type(fields), try Self.shape(fields))
      range = try Self.offsets(fields)
      try checkSize(typeName: fields["dtype"]?.string ?? "")
    } catch { throw error.at("tensor \(quoted(name))") }
  }

  private static func fields(of entry: JSON) throws(FormatError) -> JSONObject {
    guard let fields = entry.object else { throw .badFile("the entry is \(entry.kind), not an object") }
    for key in fields.keys where !["dtype", "shape", "data_offsets"].contains(key) {
      throw .badFile("unknown key \(quoted(key))")
    }
    return fields
  }

  private static func type(_ fields: JSONObject) throws(FormatError) -> DataType {
    guard let name = fields["dtype"]?.string else { throw .badFile("dtype must be a string") }
    guard let type = DataType(safetensorsName: name) else { throw .badFile("unknown dtype \(quoted(name))") }
    return type
  }

  private static func shape(_ fields: JSONObject) throws(FormatError) -> Shape {
    guard let dimensions = fields["shape"]?.naturalNumbers else {
      throw .badFile("shape must be an array of numbers from 0 up")
    }
    guard let shape = Shape(validating: dimensions) else {
      throw .badFile("shape \(dimensions) has more elements than can be counted")
    }
    return shape
  }

  private static func offsets(_ fields: JSONObject) throws(FormatError) -> Range<Int> {
    guard let offsets = fields["data_offsets"]?.naturalNumbers, offsets.count == 2 else {
      throw .badFile("data_offsets must be two numbers from 0 up")
    }
    guard offsets[0] <= offsets[1] else {
      throw .badFile("offsets \(offsets[0])..<\(offsets[1]) run backwards")
    }
    return offsets[0]..<offsets[1]
  }

  private func checkSize(typeName: String) throws(FormatError) {
    guard let bitWidth = type.bitWidth, let size = type.byteCount(elements: shape.count) else {
      throw .badFile("\(typeName) of shape \(shape) has more bytes than can be counted")
    }
    guard shape.count * bitWidth % 8 == 0 else {
      throw .badFile("\(typeName) of shape \(shape) takes \(shape.count * bitWidth) bits, not a whole number of bytes")
    }
    guard size == range.count else {
      throw .badFile(
        "\(typeName) of shape \(shape) takes \(size) bytes, but offsets "
          + "\(range.lowerBound)..<\(range.upperBound) span \(range.count)")
    }
  }
}

/// Checks that regions fill the data from its first byte to its last without holes and overlaps.
func checkTiling(of regions: [Region], dataSize: Int) throws(FormatError) {
  for region in regions where region.range.upperBound > dataSize {
    throw .badFile("\(region.place) end past the data (\(dataSize) bytes)")
  }
  var end = 0
  var previous = ""
  let inOrder = regions.sorted {
    ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
  }
  for region in inOrder {
    if region.range.lowerBound < end {
      throw .badFile("\(region.place) overlap tensor \(quoted(previous)), which ends at \(end)")
    }
    if region.range.lowerBound > end {
      throw .badFile("\(region.place) leave a hole: bytes \(end)..<\(region.range.lowerBound) belong to no tensor")
    }
    (end, previous) = (region.range.upperBound, region.name)
  }
  guard end == dataSize else {
    throw .badFile("the data has \(dataSize) bytes, but the tensors end at \(end)")
  }
}

extension Region {
  fileprivate var place: String {
    "tensor \(quoted(name)): offsets \(range.lowerBound)..<\(range.upperBound)"
  }
}

extension JSON {
  /// The elements of an array of integers from 0 up.
  fileprivate var naturalNumbers: [Int]? {
    guard let array else { return nil }
    let numbers = array.compactMap(\.integer)
    return numbers.count == array.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
  }
}
