import Tensors

/// A computation written once for all numeric element types.
protocol NumericWork {
  associatedtype Result
  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Result
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

extension ArithmeticElement {
  /// Whether this comes before `other` when NaN comes after every number. A total order: all NaNs are equal.
  func precedes(_ other: Self) -> Bool { isNotANumber ? false : other.isNotANumber || self < other }
}
