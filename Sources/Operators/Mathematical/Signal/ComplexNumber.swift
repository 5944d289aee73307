/// A complex number in float64.
struct ComplexNumber {
  var real: Double
  var imaginary: Double

  static let zero = ComplexNumber(real: 0, imaginary: 0)

  /// e^(2πi · turns).
  init(turns: Double) {
    let angle = 2 * Double.pi * turns
    real = angle.cosine
    imaginary = angle.sine
  }

  init(real: Double, imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  static func + (left: Self, right: Self) -> Self {
    Self(real: left.real + right.real, imaginary: left.imaginary + right.imaginary)
  }

  static func * (left: Self, right: Self) -> Self {
    Self(
      real: left.real * right.real - left.imaginary * right.imaginary,
      imaginary: left.real * right.imaginary + left.imaginary * right.real)
  }

  var conjugate: Self { Self(real: real, imaginary: -imaginary) }
}
