/// A Swift type that stores one tensor element in memory exactly as the files do (little-endian).
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The data type whose elements this type is.
  static var dataType: DataType { get }
}

extension Float: TensorElement { public static var dataType: DataType { .float32 } }
extension Double: TensorElement { public static var dataType: DataType { .float64 } }
extension UInt8: TensorElement { public static var dataType: DataType { .uint8 } }
extension Int8: TensorElement { public static var dataType: DataType { .int8 } }
extension UInt16: TensorElement { public static var dataType: DataType { .uint16 } }
extension Int16: TensorElement { public static var dataType: DataType { .int16 } }
extension UInt32: TensorElement { public static var dataType: DataType { .uint32 } }
extension Int32: TensorElement { public static var dataType: DataType { .int32 } }
extension UInt64: TensorElement { public static var dataType: DataType { .uint64 } }
extension Int64: TensorElement { public static var dataType: DataType { .int64 } }

/// A boolean as one byte. Any byte but 0 reads as true; true is written as 1 (ONNX `TensorProto.BOOL`).
public struct Boolean: TensorElement, Hashable, ExpressibleByBooleanLiteral {
  public var byte: UInt8
  public init(_ value: Bool) { byte = value ? 1 : 0 }
  public init(booleanLiteral value: Bool) { self.init(value) }
  public var value: Bool { byte != 0 }
  public static var dataType: DataType { .bool }
}

/// The bits of an IEEE 754 binary16 number. Arithmetic goes through `Float`.
public struct Half: TensorElement, Hashable {
  public var bits: UInt16
  public init(bits: UInt16) { self.bits = bits }
  public static var dataType: DataType { .float16 }
}

/// The bits of a bfloat16 number: the upper half of a `Float`. Arithmetic goes through `Float`.
public struct BFloat16: TensorElement, Hashable {
  public var bits: UInt16
  public init(bits: UInt16) { self.bits = bits }
  public static var dataType: DataType { .bfloat16 }
}
