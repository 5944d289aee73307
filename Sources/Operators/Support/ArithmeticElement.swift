import Tensors

/// A number that operators calculate with, of any type from int8 to float64.
///
/// Integers wrap around on overflow, as they do in NumPy; nothing here traps except division by zero.
protocol ArithmeticElement: TensorElement, Comparable {
  /// What sums and products are collected in, so that their rounding does not show in the result.
  associatedtype Accumulator: ArithmeticElement

  static var zero: Self { get }
  static var one: Self { get }
  func plus(_ other: Self) -> Self
  func minus(_ other: Self) -> Self
  func times(_ other: Self) -> Self

  /// The quotient, rounded toward zero for integers. An integer divisor must not be 0.
  func quotient(by divisor: Self) -> Self

  /// What is left of a division rounded toward zero; it has the sign of `self`. An integer divisor must not be 0.
  func truncatedRemainder(by divisor: Self) -> Self

  /// What is left of a division rounded down; it has the sign of the divisor. An integer divisor must not be 0.
  func flooredRemainder(by divisor: Self) -> Self

  /// The absolute value; the smallest signed integer is its own.
  var absolute: Self { get }

  /// −1, 0 or 1; NaN for NaN.
  var signum: Self { get }

  /// Whether this is a NaN. An integer never is.
  var isNotANumber: Bool { get }

  /// A number in the order of the elements, in which NaN is the greatest and zeros of both signs are one; below 2³² where
  /// the element has no more than 32 bits.
  var rank: UInt64 { get }

  /// The least value of the type: −∞, or the smallest integer.
  static var lowest: Self { get }
  /// The greatest value of the type: ∞, or the largest integer.
  static var highest: Self { get }

  /// The least and the greatest number that is not infinite.
  static var lowestFinite: Self { get }
  static var highestFinite: Self { get }

  /// Whether this is an integer type, whose division by 0 has no result.
  static var isInteger: Bool { get }

  /// The nearest number of this type; an integer is cut off toward zero, kept within its range, and 0 for NaN.
  init(saturating value: Double)
  var asDouble: Double { get }

  init(_ accumulator: Accumulator)
  var widened: Accumulator { get }
}

extension ArithmeticElement {
  /// The larger of two numbers, or NaN if either is NaN.
  static func larger(_ left: Self, _ right: Self) -> Self { left > right || left.isNotANumber ? left : right }

  /// The smaller of two numbers, or NaN if either is NaN.
  static func smaller(_ left: Self, _ right: Self) -> Self { left < right || left.isNotANumber ? left : right }
}
