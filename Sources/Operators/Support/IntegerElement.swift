import Tensors

/// An integer of 8 to 64 bits.
protocol IntegerElement: ArithmeticElement, FixedWidthInteger where Accumulator == Self {}

extension Int8: IntegerElement {}
extension Int16: IntegerElement {}
extension Int32: IntegerElement {}
extension Int64: IntegerElement {}
extension UInt8: IntegerElement {}
extension UInt16: IntegerElement {}
extension UInt32: IntegerElement {}
extension UInt64: IntegerElement {}

extension IntegerElement {
  static var one: Self { 1 }
  static var lowest: Self { .min }
  static var highest: Self { .max }
  static var lowestFinite: Self { .min }
  static var highestFinite: Self { .max }
  static var isInteger: Bool { true }
  var isNotANumber: Bool { false }
  var widened: Self { self }
  var asDouble: Double { Double(self) }
  var rank: UInt64 { UInt64(truncatingIfNeeded: self) &- UInt64(truncatingIfNeeded: Self.min) }

  func plus(_ other: Self) -> Self { self &+ other }
  func minus(_ other: Self) -> Self { self &- other }
  func times(_ other: Self) -> Self { self &* other }

  func quotient(by divisor: Self) -> Self { dividedReportingOverflow(by: divisor).partialValue }

  func truncatedRemainder(by divisor: Self) -> Self { remainderReportingOverflow(dividingBy: divisor).partialValue }

  func flooredRemainder(by divisor: Self) -> Self {
    let remainder = truncatedRemainder(by: divisor)
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder &+ divisor : remainder
  }

  var absolute: Self { self < 0 ? 0 &- self : self }
  var signum: Self { signum() }

  init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}

extension Int {
  /// The integer part of a number, kept within the range of `Int`; 0 for NaN.
  init(saturating value: Double) { self = Int(Int64(saturating: value)) }
}
