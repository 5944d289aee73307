import Engine
import Jobs
import Kernels
import Operators
import Tensors

/// A profile for a person to read.
struct ProfileText {
  let report: ProfileReport
  let showsAll: Bool

  init(_ report: ProfileReport, showsAll: Bool) {
    self.report = report
    self.showsAll = showsAll
  }

  private static let shownNodes = 15

  var text: String { [head, nodes, operators, totals, passes].joined(separator: "\n\n") }

  private var head: String {
    """
    \(report.model): \(report.iterations) iterations of batch \(report.batch), \
    \(report.threads) \(report.threads == 1 ? "thread" : "threads")
    \(report.cpu.model), kernels \(report.kernels.rawValue)
    """
  }

  private var nodes: String {
    let shown = showsAll ? report.nodes : mostExpensive
    var table = TextTable(["node", "operator"] + Self.rateHeadings + ["output", "kernel"])
    for node in shown {
      table.add(
        [node.name.isEmpty ? "–" : node.name, node.operatorName] + rates(of: node)
          + [node.output.map { "\($0.type) \($0.shape)" } ?? "–", node.work?.kernel ?? "–"])
    }
    let hidden = report.nodes.count - shown.count
    guard hidden > 0 else { return table.text }
    let time = max(0, report.nodeMilliseconds - shown.reduce(0) { $0 + $1.milliseconds })
    return "\(table.text)\n\(hidden) more \(hidden == 1 ? "node" : "nodes"), \(time.fixed(4)) ms: --all shows them"
  }

  /// Some nodes, the most expensive first.
  private var mostExpensive: [ProfileReport.Node] {
    let order = report.nodes.indices.sorted {
      (report.nodes[$1].milliseconds, $0) < (report.nodes[$0].milliseconds, $1)
    }
    return order.prefix(Self.shownNodes).map { report.nodes[$0] }
  }

  private var operators: String {
    var table = TextTable(["operator", "count"] + Self.rateHeadings)
    for item in report.operators { table.add([item.name, "\(item.count)"] + rates(of: item)) }
    return table.text
  }

  private static let rateHeadings = ["ms", "share", "GOP/s", "of peak", "MB", "GB/s"]

  private func rates(of work: some ProfiledWork) -> [String] {
    [
      work.milliseconds.fixed(4), percent(report.share(of: work)),
      work.gigaoperations?.fixed(2) ?? "–", work.shareOfPeak(report.peaks).map(percent) ?? "–",
      work.bytes > 0 ? (Double(work.bytes) * 1e-6).fixed(4) : "–", work.gigabytes?.fixed(2) ?? "–",
    ]
  }

  private func percent(_ share: Double) -> String { "\((share * 100).fixed(1)) %" }

  private var totals: String {
    let peaks = report.peaks
    return """
      run          \(report.milliseconds.fixed(4)) ms: nodes \(report.nodeMilliseconds.fixed(4)) ms, between them \
      \(report.betweenMilliseconds.fixed(4)) ms
      peaks        float32 \((peaks.floatRate * 1e-9).fixed(1)) GOP/s, int8 \((peaks.integerRate * 1e-9).fixed(1)) GOP/s, \
      memory \((report.memoryRate * 1e-9).fixed(1)) GB/s
      activations  \(report.activationBytes) bytes at the peak
      weights      \(report.weightBytes) bytes
      """
  }

  private var passes: String {
    var table = TextTable(["pass", "nodes before", "after"])
    for pass in report.passes { table.add([pass.name, "\(pass.nodesBefore)", "\(pass.nodesAfter)"]) }
    return table.text
  }
}
