public import FormatKit
import Samples

extension ConversionReport {
  /// The report as programs read it.
  public var json: JSON {
    [
      "input": .string(input), "output": .string(output), "target": .string(target.rawValue),
      "bytes_before": .integer(bytesBefore), "bytes_after": .integer(bytesAfter), "seconds": .finite(seconds),
      "decisions": .array(decisions.map(\.json)), "calibration": calibration?.json ?? .null,
      "warnings": .array(warnings.map(JSON.string)),
    ]
  }
}

extension ConversionReport.DecisionCount {
  fileprivate var json: JSON {
    [
      "decision": .string(decision), "converted": .bool(isConverted),
      "operators": .array(operators.map { ["name": .string($0.name), "count": .integer($0.count)] }),
    ]
  }
}

extension ConversionReport.CalibrationReport {
  fileprivate var json: JSON {
    [
      "path": .string(path), "samples": .integer(samples), "method": .string(estimator),
      "inputs": .array(inputs.map(\.json)),
    ]
  }
}

extension InputSummary {
  fileprivate var json: JSON {
    [
      "name": .string(input), "elements": .integer(elementCount),
      "min": range.map { .finite($0.lowerBound) } ?? .null, "max": range.map { .finite($0.upperBound) } ?? .null,
      "mean": .finite(mean), "std": .finite(standardDeviation),
    ]
  }
}
