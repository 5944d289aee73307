/// The element type of a tensor, with the numbering of ONNX `TensorProto.DataType`. Messages name a type by its case:
/// `float32`, `int8`.
public enum DataType: Int32, Sendable, Hashable, CaseIterable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
  case float8e4m3fn = 17
  case float8e4m3fnuz = 18
  case float8e5m2 = 19
  case float8e5m2fnuz = 20
  case uint4 = 21
  case int4 = 22
  case float4e2m1 = 23
  case float8e8m0 = 24
  case uint2 = 25
  case int2 = 26
  case float6e2m3 = 27
  case float6e3m2 = 28
}

extension DataType {
  /// Bits that one element takes in a dense buffer; nil for `.string`, whose elements vary in length.
  public var bitWidth: Int? {
    switch self {
    case .string: nil
    case .uint2, .int2: 2
    case .uint4, .int4, .float4e2m1: 4
    case .float6e2m3, .float6e3m2: 6
    case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .float32, .int32, .uint32: 32
    case .float64, .int64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// Bytes that one element takes; nil where an element is not a whole number of bytes.
  public var byteWidth: Int? {
    guard let bitWidth, bitWidth % 8 == 0 else { return nil }
    return bitWidth / 8
  }

  /// Bytes of a dense buffer of `count` elements, rounded up to whole bytes; nil for strings and on overflow.
  public func byteCount(elements count: Int) -> Int? {
    guard let bitWidth else { return nil }
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitWidth)
    return overflow ? nil : (bits / 8) + (bits % 8 == 0 ? 0 : 1)
  }

  /// Whether this is float32, or a 16- or 64-bit type that stands for real numbers in the same way.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float16, .bfloat16, .float64: true
    default: false
    }
  }

  /// Whether this is a two-byte floating-point type, computed in float32.
  public var isHalf: Bool { self == .float16 || self == .bfloat16 }

  /// Whether this is an integer of 8 to 64 bits.
  public var isInteger: Bool {
    switch self {
    case .uint8, .int8, .uint16, .int16, .int32, .int64, .uint32, .uint64: true
    default: false
    }
  }
}
