import Kernels
import Quantization

extension StatisticsKernels {
  /// The vector kernels, on the threads of `compute`.
  init(_ compute: Compute) {
    self.init(
      summarize: { values in ValueSummary(compute.summarize(values)) },
      count: { values, binsPerUnit, bins in compute.addHistogram(of: values, binsPerUnit: binsPerUnit, to: &bins) })
  }
}

extension ValueSummary {
  init(_ summary: NumericSummary) {
    self.init(
      finiteCount: UInt64(summary.finiteCount), nanCount: UInt64(summary.nanCount),
      infinityCount: UInt64(summary.infinityCount), minimum: summary.minimum, maximum: summary.maximum)
  }
}
