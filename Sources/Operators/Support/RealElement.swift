import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A floating-point number with the functions of the C library, each accurate to its last digits.
protocol RealElement: ArithmeticElement, BinaryFloatingPoint {
  var exponential: Self { get }
  /// e^x − 1 without cancellation near 0.
  var exponentialMinusOne: Self { get }
  var logarithm: Self { get }
  /// ln(1 + x) without cancellation near 0.
  var logarithmOfOnePlus: Self { get }
  var sine: Self { get }
  var cosine: Self { get }
  var tangent: Self { get }
  var arcSine: Self { get }
  var arcCosine: Self { get }
  var arcTangent: Self { get }
  var hyperbolicSine: Self { get }
  var hyperbolicCosine: Self { get }
  var hyperbolicTangent: Self { get }
  var areaHyperbolicSine: Self { get }
  var areaHyperbolicCosine: Self { get }
  var areaHyperbolicTangent: Self { get }
  /// 2/√π ∫₀ˣ e^(−t²) dt.
  var errorFunction: Self { get }
  func power(_ exponent: Self) -> Self
}

extension Float: RealElement {
  var exponential: Float { exp(self) }
  var exponentialMinusOne: Float { expm1(self) }
  var logarithm: Float { log(self) }
  var logarithmOfOnePlus: Float { log1p(self) }
  var sine: Float { sin(self) }
  var cosine: Float { cos(self) }
  var tangent: Float { tan(self) }
  var arcSine: Float { asin(self) }
  var arcCosine: Float { acos(self) }
  var arcTangent: Float { atan(self) }
  var hyperbolicSine: Float { sinh(self) }
  var hyperbolicCosine: Float { cosh(self) }
  var hyperbolicTangent: Float { tanh(self) }
  var areaHyperbolicSine: Float { asinh(self) }
  var areaHyperbolicCosine: Float { acosh(self) }
  var areaHyperbolicTangent: Float { atanh(self) }
  var errorFunction: Float { erf(self) }
  func power(_ exponent: Float) -> Float { pow(self, exponent) }
  init(saturating value: Double) { self = Float(value) }
  var widened: Double { Double(self) }

  var rank: UInt64 {
    if isNaN { return UInt64(UInt32.max) }
    let bits = self == 0 ? 0 : bitPattern
    return UInt64(bits >> 31 == 0 ? bits | 1 << 31 : ~bits)
  }
}

extension Double: RealElement {
  var exponential: Double { exp(self) }
  var exponentialMinusOne: Double { expm1(self) }
  var logarithm: Double { log(self) }
  var logarithmOfOnePlus: Double { log1p(self) }
  var sine: Double { sin(self) }
  var cosine: Double { cos(self) }
  var tangent: Double { tan(self) }
  var arcSine: Double { asin(self) }
  var arcCosine: Double { acos(self) }
  var arcTangent: Double { atan(self) }
  var hyperbolicSine: Double { sinh(self) }
  var hyperbolicCosine: Double { cosh(self) }
  var hyperbolicTangent: Double { tanh(self) }
  var areaHyperbolicSine: Double { asinh(self) }
  var areaHyperbolicCosine: Double { acosh(self) }
  var areaHyperbolicTangent: Double { atanh(self) }
  var errorFunction: Double { erf(self) }
  func power(_ exponent: Double) -> Double { pow(self, exponent) }
  init(saturating value: Double) { self = value }
  var widened: Double { self }

  var rank: UInt64 {
    if isNaN { return .max }
    let bits = self == 0 ? 0 : bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
}

extension RealElement {
  static var one: Self { 1 }
  static var lowest: Self { -.infinity }
  static var highest: Self { .infinity }
  static var lowestFinite: Self { -.greatestFiniteMagnitude }
  static var highestFinite: Self { .greatestFiniteMagnitude }
  static var isInteger: Bool { false }
  var isNotANumber: Bool { isNaN }
  var asDouble: Double { Double(self) }
  func plus(_ other: Self) -> Self { self + other }
  func minus(_ other: Self) -> Self { self - other }
  func times(_ other: Self) -> Self { self * other }
  func quotient(by divisor: Self) -> Self { self / divisor }
  func truncatedRemainder(by divisor: Self) -> Self { truncatingRemainder(dividingBy: divisor) }

  func flooredRemainder(by divisor: Self) -> Self {
    let remainder = truncatingRemainder(dividingBy: divisor)
    if remainder == 0 { return divisor.sign == .minus ? -Self.zero : Self.zero }
    return (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
  }

  var absolute: Self { magnitude }
  var signum: Self { self > 0 ? 1 : self < 0 ? -1 : isNaN ? self : 0 }
}
