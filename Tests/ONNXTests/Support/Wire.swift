/// Encoded protobuf fields, put together by hand so that tests do not rest on the writer they test.
struct Wire: ExpressibleByArrayLiteral {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(arrayLiteral parts: Wire...) { bytes = parts.flatMap(\.bytes) }
  init(_ parts: [Wire]) { bytes = parts.flatMap(\.bytes) }

  static func + (left: Wire, right: Wire) -> Wire { Wire(left.bytes + right.bytes) }

  static func varint(_ value: Int) -> [UInt8] {
    var rest = UInt64(bitPattern: Int64(value))
    var bytes: [UInt8] = []
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func int(_ field: Int, _ value: Int) -> Wire { Wire(varint(field * 8) + varint(value)) }

  static func float(_ field: Int, _ value: Float) -> Wire {
    Wire(varint(field * 8 + 5) + littleEndian(value.bitPattern))
  }

  static func bytes(_ field: Int, _ bytes: [UInt8]) -> Wire {
    Wire(varint(field * 8 + 2) + varint(bytes.count) + bytes)
  }

  static func text(_ field: Int, _ text: String) -> Wire { bytes(field, [UInt8](text.utf8)) }

  static func message(_ field: Int, _ parts: Wire) -> Wire { bytes(field, parts.bytes) }

  static func packed(_ field: Int, _ values: [Int]) -> Wire { bytes(field, values.flatMap(varint)) }

  static func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Integer($0 * 8)) }
  }
}

/// The messages of ONNX. Numbers are those of the field in onnx.proto3 of the onnx package.
extension Wire {
  static func model(_ graph: Wire, opset: Int = 18, version: Int = 8, _ more: Wire = []) -> [UInt8] {
    Wire([
      .int(1, version), more, .message(7, graph),
      .message(8, [.text(1, ""), .int(2, opset)]),
    ]).bytes
  }

  static func node(
    _ type: String, _ inputs: [String], _ outputs: [String], name: String = "", _ more: Wire = []
  ) -> Wire {
    let wires = inputs.map { Wire.text(1, $0) } + outputs.map { .text(2, $0) }
    return .message(1, Wire(wires) + [.text(3, name), .text(4, type), more])
  }

  static func attribute(_ name: String, type: Int, _ value: Wire) -> Wire {
    .message(5, [.text(1, name), value, .int(20, type)])
  }

  static func tensor(_ name: String, _ dimensions: [Int], type: Int, _ data: Wire) -> Wire {
    Wire(dimensions.map { .int(1, $0) }) + [.int(2, type), .text(8, name), data]
  }

  static func initializer(_ name: String, _ dimensions: [Int], type: Int, _ data: Wire) -> Wire {
    .message(5, .tensor(name, dimensions, type: type, data))
  }

  static func raw(_ values: [Float]) -> Wire { .bytes(9, values.flatMap { littleEndian($0.bitPattern) }) }

  static func value(_ name: String, type: Int = 1, _ dimensions: [Wire] = []) -> Wire {
    let shape = Wire(dimensions.map { .message(1, $0) })
    return [.text(1, name), .message(2, .message(1, [.int(1, type), .message(2, shape)]))]
  }

  static func input(_ name: String, type: Int = 1, _ dimensions: [Wire] = []) -> Wire {
    .message(11, .value(name, type: type, dimensions))
  }

  static func output(_ name: String, type: Int = 1, _ dimensions: [Wire] = []) -> Wire {
    .message(12, .value(name, type: type, dimensions))
  }

  static func entry(_ field: Int, _ key: String, _ value: String) -> Wire {
    .message(field, [.text(1, key), .text(2, value)])
  }
}
