import Conversion
import Kernels
import Operators

/// The machine's peaks on products, measured again and again in turns with the work that is compared with them.
struct PeakSamples {
  private var samples: [ProductPeaks] = []

  /// Measures once more, which takes some milliseconds.
  mutating func add(_ compute: Compute) { samples.append(compute.measureProductPeaks()) }

  var median: ProductPeaks {
    ProductPeaks(floatRate: samples.map(\.floatRate).median, integerRate: samples.map(\.integerRate).median)
  }
}

extension ProductPeaks {
  /// Operations per second on numbers of a kind.
  func rate(of arithmetic: OperatorWork.Arithmetic) -> Double {
    switch arithmetic {
    case .float: floatRate
    case .integer: integerRate
    }
  }

  /// How long some work takes that reaches the peaks; nil where there are no products.
  func seconds(for work: [OperatorWork]) -> Double? {
    guard work.contains(where: { $0.multiplyAdds > 0 }) else { return nil }
    return work.reduce(0) { $0 + 2 * Double($1.multiplyAdds) / rate(of: $1.arithmetic) }
  }
}
