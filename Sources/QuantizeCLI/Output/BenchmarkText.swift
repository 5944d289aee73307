import Jobs
import Kernels

/// The three-way table.
struct BenchmarkText {
  let report: BenchmarkJob.Report
  init(_ report: BenchmarkJob.Report) { self.report = report }

  var text: String {
    var table = TextTable(["", "seconds", "speedup", "of peak", "SQNR dB", "weight bytes", "note"])
    for row in report.rows {
      table.add([
        row.name, row.seconds.fixed(4), "\(row.speedup.fixed(2))×",
        row.shareOfPeak.map { "\(($0 * 100).fixed(1)) %" } ?? "–", row.signalToNoise?.fixed(1) ?? "–",
        "\(row.weightBytes)", row.note,
      ])
    }
    return """
      \(report.model): \(report.iterations) iterations of batch \(report.batch), \
      \(report.threads) \(report.threads == 1 ? "thread" : "threads")
      \(report.cpu.model), kernels \(report.kernels.rawValue): \
      at most \((report.peaks.floatRate * 1e-9).fixed(1)) float32 and \
      \((report.peaks.integerRate * 1e-9).fixed(1)) int8 GOP/s meanwhile

      \(table.text)
      """
  }
}
