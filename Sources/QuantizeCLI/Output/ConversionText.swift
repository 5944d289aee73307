import Jobs
import Samples

/// A conversion report for a person to read.
struct ConversionText {
  let report: ConversionReport
  init(_ report: ConversionReport) { self.report = report }

  var text: String {
    var blocks = ["\(report.input) → \(report.output)"]
    if let calibration = report.calibration { blocks.append(text(of: calibration)) }
    if !report.decisions.isEmpty { blocks.append(decisions) }
    blocks.append(sizes)
    return blocks.joined(separator: "\n\n")
  }

  private func text(of calibration: ConversionReport.CalibrationReport) -> String {
    var table = TextTable(["input", "elements", "min", "max", "mean", "std"])
    for input in calibration.inputs {
      table.add([
        input.input, "\(input.elementCount)", input.range?.lowerBound.significant(5) ?? "–",
        input.range?.upperBound.significant(5) ?? "–", input.mean.significant(5),
        input.standardDeviation.significant(5),
      ])
    }
    return
      "calibrated by \(calibration.estimator) on \(calibration.samples) samples of \(calibration.path)\n\(table.text)"
  }

  private var decisions: String {
    var table = TextTable(["count", "became", "which"])
    for decision in report.decisions {
      table.add([
        "\(decision.count)", decision.decision,
        decision.operators.map { "\($0.name) \($0.count)" }.joined(separator: ", "),
      ])
    }
    return table.text
  }

  private var sizes: String {
    let share = Double(report.bytesAfter) / Double(max(report.bytesBefore, 1)) * 100
    return "\(report.bytesBefore) → \(report.bytesAfter) bytes (\(share.fixed(1)) %) in \(report.seconds.fixed(2)) s"
  }
}
