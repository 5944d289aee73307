import Kernels
import Tensors

/// Counts, extremes and sums of numbers.
struct ElementStatistics: Sendable, Hashable {
  var finiteCount = 0
  var nanCount = 0
  var infinityCount = 0
  /// Of the finite numbers; infinity and minus infinity where there are none.
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var sum = 0.0
  var sumOfSquares = 0.0

  var count: Int { finiteCount + nanCount + infinityCount }
  var mean: Double { finiteCount > 0 ? sum / Double(finiteCount) : 0 }
  var isFinite: Bool { nanCount == 0 && infinityCount == 0 }
  var isConstant: Bool { count > 1 && isFinite && minimum == maximum }

  var standardDeviation: Double {
    guard minimum < maximum else { return 0 }
    return max(sumOfSquares / Double(finiteCount) - mean * mean, 0).squareRoot()
  }

  mutating func merge(_ other: ElementStatistics) {
    finiteCount += other.finiteCount
    nanCount += other.nanCount
    infinityCount += other.infinityCount
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    sum += other.sum
    sumOfSquares += other.sumOfSquares
  }

  mutating func add(_ value: Double) {
    guard value.isFinite else {
      if value.isNaN { nanCount += 1 } else { infinityCount += 1 }
      return
    }
    finiteCount += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    sum += value
    sumOfSquares += value * value
  }
}

extension ElementStatistics {
  fileprivate init(_ moments: NumericMoments) {
    finiteCount = moments.summary.finiteCount
    nanCount = moments.summary.nanCount
    infinityCount = moments.summary.infinityCount
    minimum = Double(moments.summary.minimum)
    maximum = Double(moments.summary.maximum)
    sum = moments.sum
    sumOfSquares = moments.sumOfSquares
  }

  /// The statistics of any numbers.
  fileprivate init<Element>(_ elements: Span<Element>, _ number: (Element) -> Double) {
    if let statistics = ElementStatistics(finite: elements, number) {
      self = statistics
    } else {
      self.init()
      for index in elements.indices { add(number(elements[index])) }
    }
  }

  /// The statistics of numbers that are all finite; nil where one is not. Every fourth number goes to the same sum, so
  /// that no addition waits for the one before.
  fileprivate init?<Element>(finite elements: Span<Element>, _ number: (Element) -> Double) {
    var minima = SIMD4<Double>(repeating: .infinity)
    var maxima = SIMD4<Double>(repeating: -.infinity)
    var (sums, squares, differences) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
    let whole = elements.count - elements.count % 4
    for first in stride(from: 0, to: whole, by: 4) {
      let four = SIMD4(
        number(elements[first]), number(elements[first + 1]), number(elements[first + 2]), number(elements[first + 3]))
      minima.replace(with: four, where: four .< minima)
      maxima.replace(with: four, where: four .> maxima)
      sums += four
      squares += four * four
      // x − x is 0 for finite x and NaN for all others.
      differences += four - four
    }
    guard differences.sum() == 0 else { return nil }
    self.init()
    finiteCount = whole
    (minimum, maximum, sum, sumOfSquares) = (minima.min(), maxima.max(), sums.sum(), squares.sum())
    for index in whole..<elements.count { add(number(elements[index])) }
  }
}

extension Tensor {
  /// The statistics of each of `parts` equal parts of the elements; none for types that are no real numbers.
  func statistics(parts: Int, _ compute: Compute) -> [ElementStatistics] {
    switch type {
    case .float32: eachPart(parts, of: Float.self) { ElementStatistics(compute.measure($0)) }
    case .float64: statistics(parts, of: Double.self) { $0 }
    case .float16: statistics(parts, of: Half.self) { $0.value }
    case .bfloat16: statistics(parts, of: BFloat16.self) { Double(Float(bitPattern: UInt32($0.bits) << 16)) }
    case .int8: statistics(parts, of: Int8.self) { Double($0) }
    case .uint8: statistics(parts, of: UInt8.self) { Double($0) }
    case .int16: statistics(parts, of: Int16.self) { Double($0) }
    case .uint16: statistics(parts, of: UInt16.self) { Double($0) }
    case .int32: statistics(parts, of: Int32.self) { Double($0) }
    case .uint32: statistics(parts, of: UInt32.self) { Double($0) }
    case .int64: statistics(parts, of: Int64.self) { Double($0) }
    case .uint64: statistics(parts, of: UInt64.self) { Double($0) }
    case .bool: statistics(parts, of: Boolean.self) { $0.value ? 1 : 0 }
    default: []
    }
  }

  private func statistics<Element: TensorElement>(
    _ parts: Int, of _: Element.Type, number: (Element) -> Double
  ) -> [ElementStatistics] {
    eachPart(parts, of: Element.self) { ElementStatistics($0, number) }
  }

  private func eachPart<Element: TensorElement>(
    _ parts: Int, of _: Element.Type, _ measure: (Span<Element>) -> ElementStatistics
  ) -> [ElementStatistics] {
    let tensor = aligned()
    let elements = tensor.span(of: Element.self)
    let size = parts > 0 ? count / parts : 0
    return (0..<parts).map { part in measure(elements.extracting(part * size..<(part + 1) * size)) }
  }
}

extension Half {
  /// The number that the bits stand for.
  var value: Double {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // Shifted into place, a half is 2¹¹² times too small as a float; its largest exponent is that of NaN and infinity.
    let isFinite = bits & 0x7C00 != 0x7C00
    let float = isFinite ? Float(bitPattern: magnitude) * 0x1p112 : Float(bitPattern: magnitude | 0x7F80_0000)
    return Double(bits & 0x8000 == 0 ? float : -float)
  }
}
