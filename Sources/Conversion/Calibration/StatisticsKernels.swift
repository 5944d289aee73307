import Kernels
import Quantization

extension StatisticsKernels {
  /// Summaries by the vector kernels; histograms, which are bound by memory, in plain Swift.
  init(_ compute: Compute) {
    self.init(
      summarize: { values in
        let summary = compute.summarize(values)
        return ValueSummary(
          finiteCount: UInt64(summary.count - summary.nanCount - summary.infinityCount),
          nanCount: UInt64(summary.nanCount), infinityCount: UInt64(summary.infinityCount), minimum: summary.minimum,
          maximum: summary.maximum, sum: summary.sum, sumOfSquares: summary.sumOfSquares)
      },
      count: StatisticsKernels.portable.count)
  }
}
