public import FormatKit
import Kernels

extension BenchmarkJob.Report {
  /// The report as programs read it.
  public var json: JSON {
    [
      "model": .string(model), "batch": .integer(batch), "iterations": .integer(iterations),
      "threads": .integer(threads), "cpu": .string(cpu.model), "kernels": .string(kernels.rawValue),
      "peaks": [
        "float_gops": .finite(peaks.floatRate * 1e-9), "integer_gops": .finite(peaks.integerRate * 1e-9),
      ],
      "rows": .array(rows.map(\.json)), "warnings": .array(warnings.map(JSON.string)),
    ]
  }
}

extension BenchmarkJob.Row {
  fileprivate var json: JSON {
    [
      "name": .string(name), "seconds": .finite(seconds), "speedup": .finite(speedup),
      "peak_share": shareOfPeak.map(JSON.finite) ?? .null,
      "sqnr_db": signalToNoise.map { .finite(min($0, 999)) } ?? .null, "weight_bytes": .integer(weightBytes),
      "note": .string(note),
    ]
  }
}
