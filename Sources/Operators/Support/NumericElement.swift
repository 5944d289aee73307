import Tensors

/// An element type that computes: the integers, float32 and float64.
protocol NumericElement: TensorElement, Comparable {
  /// The sum; an integer wraps around.
  static func sum(_ left: Self, _ right: Self) -> Self
  /// The product; an integer wraps around.
  static func product(_ left: Self, _ right: Self) -> Self
  static var zero: Self { get }
  var isNaN: Bool { get }
}

extension NumericElement where Self: FixedWidthInteger {
  static func sum(_ left: Self, _ right: Self) -> Self { left &+ right }
  static func product(_ left: Self, _ right: Self) -> Self { left &* right }
  var isNaN: Bool { false }
}

extension NumericElement where Self: BinaryFloatingPoint {
  static func sum(_ left: Self, _ right: Self) -> Self { left + right }
  static func product(_ left: Self, _ right: Self) -> Self { left * right }
}

extension NumericElement {
  /// Whether this comes before `other` when NaN comes after every number. A total order: all NaNs are equal.
  func precedes(_ other: Self) -> Bool { isNaN ? false : other.isNaN || self < other }
}

extension Float: NumericElement {}
extension Double: NumericElement {}
extension Int8: NumericElement {}
extension Int16: NumericElement {}
extension Int32: NumericElement {}
extension Int64: NumericElement {}
extension UInt8: NumericElement {}
extension UInt16: NumericElement {}
extension UInt32: NumericElement {}
extension UInt64: NumericElement {}

/// A computation written once for all numeric element types.
protocol NumericWork {
  associatedtype Result
  func compute<Element: NumericElement>(on: Element.Type) throws(OperatorError) -> Result
}

extension NumericWork {
  /// Runs the computation for tensors of one type.
  func result(of type: DataType) throws(OperatorError) -> Result {
    switch type {
    case .float32: try compute(on: Float.self)
    case .float64: try compute(on: Double.self)
    case .int8: try compute(on: Int8.self)
    case .int16: try compute(on: Int16.self)
    case .int32: try compute(on: Int32.self)
    case .int64: try compute(on: Int64.self)
    case .uint8: try compute(on: UInt8.self)
    case .uint16: try compute(on: UInt16.self)
    case .uint32: try compute(on: UInt32.self)
    case .uint64: try compute(on: UInt64.self)
    default: throw .unsupported("elements of type \(type) are not supported")
    }
  }
}
