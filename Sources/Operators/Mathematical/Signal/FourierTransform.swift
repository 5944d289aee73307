/// The discrete Fourier transform of one length, by splitting off the smallest prime factor again and again
/// (Cooley and Tukey). The cost grows with the length times the sum of its prime factors.
struct FourierTransform {
  /// No longer transform is made, so that a damaged model cannot ask for more memory than there is.
  static let greatestLength = 1 << 26

  let length: Int
  let isInverse: Bool

  /// e^(∓2πi k / length) for each k.
  private let roots: [ComplexNumber]

  init(length: Int, isInverse: Bool) {
    self.length = length
    self.isInverse = isInverse
    roots = (0..<length).map { ComplexNumber(turns: (isInverse ? 1 : -1) * Double($0) / Double(length)) }
  }

  /// The transform of a signal that is cut or filled with zeros to the length. The inverse is divided by the length.
  func callAsFunction(_ signal: [ComplexNumber]) -> [ComplexNumber] {
    guard length > 0 else { return [] }
    let padding = [ComplexNumber](repeating: .zero, count: max(0, length - signal.count))
    let spectrum = transform(Array(signal.prefix(length)) + padding)
    guard isInverse else { return spectrum }
    let factor = 1 / Double(length)
    return spectrum.map { ComplexNumber(real: $0.real * factor, imaginary: $0.imaginary * factor) }
  }

  /// The transform of a signal whose length divides that of the whole.
  private func transform(_ signal: [ComplexNumber]) -> [ComplexNumber] {
    guard signal.count > 1 else { return signal }
    let factor = smallestPrimeFactor(of: signal.count)
    let partCount = signal.count / factor
    let parts = (0..<factor).map { offset in
      transform(stride(from: offset, to: signal.count, by: factor).map { signal[$0] })
    }
    let rootStep = length / signal.count
    return signal.indices.map { frequency in
      var sum = ComplexNumber.zero
      for offset in 0..<factor {
        let root = roots[frequency * offset % signal.count * rootStep]
        sum = sum + parts[offset][frequency % partCount] * root
      }
      return sum
    }
  }

  private func smallestPrimeFactor(of number: Int) -> Int {
    var factor = 2
    while factor * factor <= number {
      if number % factor == 0 { return factor }
      factor += 1
    }
    return number
  }
}
