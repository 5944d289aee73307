import FormatKit
import Tensors

/// The elements of a tensor that holds them as numbers of a protobuf field instead of raw_data.
struct TypedData {
  /// The field, as messages name it.
  private let field: String
  /// Numbers of the field per element, as a ratio: several for complex types, a fraction where elements are packed.
  private let numbersPerElement: (Int, Int)
  private let numberCount: Int
  private let packed: () throws(FormatError) -> Bytes

  /// Chooses the field by element type (comments of `TensorProto` in the ONNX specification).
  init(_ message: TensorMessage, _ type: DataType) throws(FormatError) {
    switch type {
    case .float32: self.init("float_data", (1, 1), message.floatData, width: 4)
    case .complex64: self.init("float_data", (2, 1), message.floatData, width: 4)
    case .float64: self.init("double_data", (1, 1), message.doubleData, width: 8)
    case .complex128: self.init("double_data", (2, 1), message.doubleData, width: 8)
    case .int64: self.init("int64_data", (1, 1), message.int64Data, width: 8)
    case .uint64: self.init("uint64_data", (1, 1), message.uint64Data, width: 8)
    case .int32: self.init("int32_data", (1, 1), message.int32Data, width: 4)
    case .uint32:
      self.init("uint64_data", (1, 1), message.uint64Values, type, UInt32.self, 0...UInt64(UInt32.max))
    case .int8: self.init("int32_data", (1, 1), message.int32Values, type, Int8.self, -128...127)
    case .int16: self.init("int32_data", (1, 1), message.int32Values, type, Int16.self, -32768...32767)
    case .uint16, .float16, .bfloat16:
      self.init("int32_data", (1, 1), message.int32Values, type, UInt16.self, 0...65535)
    case .uint8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0:
      self.init("int32_data", (1, 1), message.int32Values, type, UInt8.self, 0...255)
    case .uint4, .int4, .float4e2m1:
      self.init("int32_data", (1, 2), message.int32Values, type, UInt8.self, 0...255)
    case .uint2, .int2:
      self.init("int32_data", (1, 4), message.int32Values, type, UInt8.self, 0...255)
    case .float6e2m3, .float6e3m2, .string: throw .badFile("\(type) elements must be in raw_data")
    }
  }

  /// The elements in the form of a tensor's bytes.
  func bytes(elements count: Int) throws(FormatError) -> Bytes {
    let (numerator, denominator) = numbersPerElement
    let (product, overflow) = count.multipliedReportingOverflow(by: numerator)
    let wanted = product / denominator + (product % denominator == 0 ? 0 : 1)
    guard !overflow, wanted == numberCount else {
      throw .badFile("its dimensions call for \(wanted) numbers in \(field), but there are \(numberCount)")
    }
    return try packed()
  }

  /// Numbers that are elements as they stand. Many are left where they are, few are copied so that they do not keep
  /// the whole message in memory.
  private init(_ field: String, _ ratio: (Int, Int), _ bytes: Bytes, width: Int) {
    self.field = field
    numbersPerElement = ratio
    numberCount = bytes.count / width
    packed = { () throws(FormatError) in bytes.count < 1 << 16 ? bytes.copied() : bytes }
  }

  /// Numbers of which only the lower bits are an element.
  private init<Number: FixedWidthInteger, Element: FixedWidthInteger & BitwiseCopyable>(
    _ field: String, _ ratio: (Int, Int), _ numbers: [Number], _ type: DataType, _: Element.Type,
    _ range: ClosedRange<Number>
  ) {
    self.field = field
    numbersPerElement = ratio
    numberCount = numbers.count
    packed = { () throws(FormatError) in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(numbers.count * Element.bitWidth / 8)
      for (index, number) in numbers.enumerated() {
        guard range.contains(number) else {
          throw .badFile("number \(index) of \(field) is \(number), which \(type) cannot hold")
        }
        for shift in stride(from: 0, to: Element.bitWidth, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
      }
      return Bytes(copying: bytes)
    }
  }
}
