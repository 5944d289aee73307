extension Double {
  /// The number with up to six significant digits, without an exponent where it is of everyday size.
  public var short: String { significant(6) }

  /// The number with `digits` significant digits, trailing zeros left out.
  public func significant(_ digits: Int) -> String {
    guard isFinite else { return isNaN ? "nan" : self > 0 ? "inf" : "-inf" }
    guard self != 0 else { return "0" }
    let exponent = Int(magnitude.exponentOf10)
    if (-5..<digits + 6).contains(exponent) { return fixed(max(0, digits - 1 - exponent)).trimmingZeros }
    return "\((self / Double.power10(exponent)).fixed(digits - 1).trimmingZeros)e\(exponent)"
  }

  /// The number rounded to `decimals` decimals, ties away from zero.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite else { return isNaN ? "nan" : self > 0 ? "inf" : "-inf" }
    let scale = Double.power10(decimals)
    let scaled = (magnitude * scale).rounded()
    guard scaled < 9e15 else { return "\(self)" }
    let whole = UInt64(scaled)
    let sign = self < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let unit = UInt64(scale)
    let fraction = String(whole % unit)
    return "\(sign)\(whole / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// The exponent of the leading decimal digit.
  private var exponentOf10: Double {
    var exponent = 0.0
    var value = self
    while value >= 10 {
      value /= 10
      exponent += 1
    }
    while value < 1 {
      value *= 10
      exponent -= 1
    }
    return exponent
  }

  private static func power10(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }
}

extension String {
  fileprivate var trimmingZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
