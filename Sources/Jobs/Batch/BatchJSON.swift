public import FormatKit

extension BatchJob.Item {
  /// What became of the file, as programs read it: `report` is null where `error` is not.
  public var json: JSON {
    switch outcome {
    case .success(let report): ["path": .string(path), "error": .null, "report": report.json]
    case .failure(let failure): ["path": .string(path), "error": .string(failure.message), "report": .null]
    }
  }
}
