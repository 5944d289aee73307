import FormatKit
import ModelGraph
import ONNX
import Tensors
import Testing

@Suite struct StorageTests {
  struct Storage: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let type: Int
    let dimensions: [Int]
    let data: Wire
    let expected: [UInt8]

    init(_ name: String, _ type: Int, _ dimensions: [Int], _ data: Wire, _ expected: [UInt8]) {
      testDescription = name
      self.type = type
      self.dimensions = dimensions
      self.data = data
      self.expected = expected
    }
  }

  static let one: [UInt8] = [0, 0, 0x80, 0x3F]
  static let storages = [
    Storage("float32 in float_data", 1, [1], .bytes(4, one), one),
    Storage("float32 in unpacked float_data", 1, [2], [.float(4, 1), .float(4, 1)], one + one),
    Storage("uint8 in int32_data", 2, [2], .packed(5, [0, 255]), [0, 255]),
    Storage("int8 in int32_data", 3, [2], .packed(5, [-128, 127]), [0x80, 0x7F]),
    Storage("uint16 in int32_data", 4, [1], .packed(5, [0xABCD]), [0xCD, 0xAB]),
    Storage("int16 in int32_data", 5, [1], .packed(5, [-2]), [0xFE, 0xFF]),
    Storage("int32 in int32_data", 6, [1], .packed(5, [-2]), [0xFE, 0xFF, 0xFF, 0xFF]),
    Storage("int64 in int64_data", 7, [1], .packed(7, [-2]), [0xFE] + [UInt8](repeating: 0xFF, count: 7)),
    Storage("bool in int32_data", 9, [2], .packed(5, [1, 0]), [1, 0]),
    Storage("float16 in int32_data", 10, [1], .packed(5, [0x3C00]), [0, 0x3C]),
    Storage(
      "float64 in double_data", 11, [1], .bytes(10, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
    Storage("uint32 in uint64_data", 12, [1], .packed(11, [0xFFFF_FFFF]), [0xFF, 0xFF, 0xFF, 0xFF]),
    Storage("uint64 in uint64_data", 13, [1], .packed(11, [-1]), [UInt8](repeating: 0xFF, count: 8)),
    Storage("complex64 in float_data", 14, [1], .bytes(4, one + one), one + one),
    Storage("bfloat16 in int32_data", 16, [1], .packed(5, [0x3F80]), [0x80, 0x3F]),
    Storage("float8 in int32_data", 17, [1], .packed(5, [0x38]), [0x38]),
    Storage("uint4 in int32_data", 21, [3], .packed(5, [0x21, 0x03]), [0x21, 0x03]),
    Storage("int2 in int32_data", 26, [5], .packed(5, [0xE4, 0x01]), [0xE4, 0x01]),
    Storage("int4 in raw_data", 22, [3], .bytes(9, [0x21, 0x03]), [0x21, 0x03]),
    Storage("a scalar", 2, [], .bytes(9, [7]), [7]),
    Storage("no elements", 1, [2, 0], [], []),
  ]

  @Test(arguments: storages) func elementsAreReadFrom(_ storage: Storage) throws {
    let model = try read(
      Wire.model([.initializer("w", storage.dimensions, type: storage.type, storage.data), .output("w")]))
    let tensor = try #require(model.value("w")?.constant)
    #expect(tensor.shape.dimensions == storage.dimensions)
    #expect(Int(tensor.type.rawValue) == storage.type)
    #expect(tensor.bytes.array == storage.expected)
    // And again as the writer stores them.
    #expect(try read(written(model)).value("w")?.constant?.bytes.array == storage.expected)
  }

  @Test func rawDataStaysInTheFile() throws {
    let file = Bytes(copying: Wire.model([.initializer("w", [2], type: 1, .raw([1, 2])), .output("w")]))
    let model = try ONNXFormat.read(file, at: "model.onnx")
    let elements = try #require(model.value("w")?.constant).bytes
    let isInside = unsafe file.withUnsafeBytes { file in
      unsafe elements.withUnsafeBytes { elements in
        unsafe elements.baseAddress! >= file.baseAddress! && elements.baseAddress! < file.baseAddress! + file.count
      }
    }
    #expect(isInside)
  }

  static let rejected: [(String, Wire, String)] = [
    (
      "too few raw bytes", .tensor("w", [2, 3], type: 1, .bytes(9, [1, 2, 3, 4])),
      "float32 elements of dimensions [2, 3] take 24 bytes, but there are 4"
    ),
    (
      "too few numbers", .tensor("w", [2, 3], type: 6, .packed(5, [1, 2])),
      "its dimensions call for 6 numbers in int32_data, but there are 2"
    ),
    ("no data", .tensor("w", [1], type: 1, []), "its dimensions call for 1 numbers in float_data, but there are 0"),
    (
      "a number out of range", .tensor("w", [1], type: 2, .packed(5, [300])),
      "number 0 of int32_data is 300, which uint8 cannot hold"
    ),
    ("a negative dimension", .tensor("w", [-1], type: 1, []), "dimensions [-1] are no shape"),
    (
      "huge dimensions", .tensor("w", [1 << 40, 1 << 40], type: 1, []),
      "dimensions [1099511627776, 1099511627776] are no shape"
    ),
    ("an unknown type", .tensor("w", [1], type: 99, []), "data type 99 is unknown"),
    ("no type", .tensor("w", [1], type: 0, []), "it states no data type"),
  ]

  @Test(arguments: rejected) func badTensorsAreRejected(_ what: String, _ tensor: Wire, _ message: String) {
    #expect(readError(Wire.model([.message(5, tensor), .output("w")])) == "tensor \"w\": " + message)
    let node = Wire.node("Constant", [], ["w"], name: "c", .attribute("value", type: 4, .message(5, tensor)))
    #expect(readError(Wire.model([node, .output("w")])) == "node \"c\" (Constant): attribute \"value\": " + message)
  }
}
