import Kernels
import Quantization

extension StatisticsKernels {
  /// The vector kernels, on the threads of `compute`.
  init(_ compute: Compute) {
    self.init(
      summarize: { values in
        let summary = compute.summarize(values)
        return ValueSummary(
          finiteCount: UInt64(summary.finiteCount), nanCount: UInt64(summary.nanCount),
          infinityCount: UInt64(summary.infinityCount), minimum: summary.minimum, maximum: summary.maximum)
      },
      count: { values, binsPerUnit, bins in compute.addHistogram(of: values, binsPerUnit: binsPerUnit, to: &bins) })
  }
}
