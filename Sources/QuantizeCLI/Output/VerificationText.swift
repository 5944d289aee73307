import Conversion
import Jobs
import Kernels

/// A verification report for a person to read.
struct VerificationText {
  let report: VerificationReport
  init(_ report: VerificationReport) { self.report = report }

  var text: String {
    ([errors] + products + [times, circumstances, verdict]).joined(separator: "\n\n")
  }

  /// What the weights of two tensor files make of the same activations.
  private var products: [String] {
    guard !report.products.isEmpty else { return [] }
    var table = TextTable(["product with", "shape", "SQNR dB", "speedup"])
    for product in report.products {
      table.add([
        product.name, "\(product.shape)", product.sqnrDecibels.fixed(1), "\(product.speedup.median.fixed(2))×",
      ])
    }
    return [table.text]
  }

  private var errors: String {
    var table = TextTable(["output", "max abs", "mean abs", "RMSE", "SQNR dB", "cosine", "top-1 agreement"])
    for output in report.outputs {
      table.add([
        output.name, output.largestError.significant(4), output.meanAbsoluteError.significant(4),
        output.rootMeanSquareError.significant(4), output.signalToQuantizationNoiseRatio.fixed(1),
        output.cosineSimilarity.fixed(6), output.top1Agreement.map { "\(($0 * 100).fixed(2)) %" } ?? "–",
      ])
    }
    return table.text
  }

  private var times: String {
    var table = TextTable(["", "bytes", "median ms", "p90 ms", "file"])
    for (role, side) in [("reference", report.reference), ("candidate", report.candidate)] {
      table.add([
        role, "\(side.bytes)", side.medianMilliseconds.significant(4), side.p90Milliseconds.significant(4), side.path,
      ])
    }
    let speedup = report.speedup
    let interval = "95 % interval \(speedup.low.fixed(2))–\(speedup.high.fixed(2)) over \(report.rounds) rounds"
    return "\(table.text)\nspeedup \(speedup.median.fixed(2))× (\(interval))"
  }

  private var circumstances: String {
    let features = report.cpu.features.joined(separator: " ")
    return """
      \(report.samples) samples, batch \(report.batch), \(report.threads) \(report.threads == 1 ? "thread" : "threads")
      \(report.cpu.model), kernels \(report.kernels.rawValue) (\(features))
      """
  }

  private var verdict: String { report.hasPassed ? "passed" : "failed" }
}
