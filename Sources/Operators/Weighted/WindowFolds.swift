import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The mean over a window.
struct Averaging<Number: TensorElement & BinaryFloatingPoint>: WindowFold {
  /// Whether elements on padding count as zeros.
  var countsPadding = false

  var initial: Number { 0 }
  func fold(_ total: inout Number, _ element: Number) { total += element }
  func finish(_ total: Number, count: Int, padded: Int) -> Number {
    total / Number(countsPadding ? padded : count)
  }
}

/// The largest element of a window.
struct Maximizing<Number: TensorElement & Comparable>: WindowFold {
  let initial: Number
  func fold(_ total: inout Number, _ element: Number) { if element > total { total = element } }
}

/// The p-norm over a window: the p-th root of the sum of the p-th powers of the magnitudes.
struct Norming<Number: TensorElement & BinaryFloatingPoint>: WindowFold {
  let power: Number

  var initial: Number { 0 }
  func fold(_ total: inout Number, _ element: Number) {
    total += power == 2 ? element * element : power == 1 ? element.magnitude : raise(element.magnitude, to: power)
  }
  func finish(_ total: Number, count: Int, padded: Int) -> Number {
    power == 2 ? total.squareRoot() : power == 1 ? total : raise(total, to: 1 / power)
  }

  private func raise(_ base: Number, to exponent: Number) -> Number { Number(pow(Double(base), Double(exponent))) }
}
