import Jobs

/// What became of each file of a batch.
struct BatchText {
  let items: [BatchJob.Item]
  init(_ items: [BatchJob.Item]) { self.items = items }

  var text: String {
    var table = TextTable(["file", "result", "before", "after", "converted", "seconds"])
    for item in items {
      switch item.outcome {
      case .success(let report):
        let converted = report.decisions.filter(\.isConverted).reduce(0) { $0 + $1.count }
        let total = report.decisions.reduce(0) { $0 + $1.count }
        table.add([
          item.path, report.warnings.isEmpty ? "done" : "done, \(report.warnings[0])", "\(report.bytesBefore)",
          "\(report.bytesAfter)", "\(converted)/\(total)", report.seconds.fixed(2),
        ])
      case .failure(let failure):
        table.add([item.path, "failed: \(failure.message)", "–", "–", "–", "–"])
      }
    }
    let failed = items.count(where: \.hasFailed)
    return "\(table.text)\n\(items.count - failed) converted, \(failed) failed"
  }
}
