public import FormatKit
import Conversion
import Kernels
import Tensors

extension VerificationReport {
  /// The report as programs read it. Keys are a contract; numbers that are not finite are null, but
  /// the SQNR of equal outputs, which is infinite, is 999.
  /// Files of tensors have `products` besides.
  public var json: JSON {
    var object: JSONObject = [
      "outputs": .array(outputs.map(\.json)),
      "reference": reference.json,
      "candidate": candidate.json,
      "speedup": speedup.json,
      "samples": .integer(samples),
      "threads": .integer(threads),
      "batch": .integer(batch),
      "cpu": [
        "model": .string(cpu.model), "features": .array(cpu.features.map(JSON.string)),
        "kernels": .string(kernels.rawValue),
      ],
      "passed": .bool(hasPassed),
    ]
    if !products.isEmpty { object["products"] = .array(products.map(\.json)) }
    return .object(object)
  }
}

extension OutputComparison {
  fileprivate var json: JSON {
    [
      "name": .string(name),
      "max_abs": .finite(largestError),
      "mean_abs": .finite(meanAbsoluteError),
      "rmse": .finite(rootMeanSquareError),
      "sqnr_db": .finite(min(signalToQuantizationNoiseRatio, 999)),
      "cosine": .finite(cosineSimilarity),
      "top1_agreement": top1Agreement.map(JSON.finite) ?? .null,
    ]
  }
}

extension WeightProduct {
  fileprivate var json: JSON {
    [
      "name": .string(name), "shape": .array(shape.dimensions.map(JSON.integer)),
      "sqnr_db": .finite(min(sqnrDecibels, 999)), "speedup": speedup.json,
    ]
  }
}

extension Estimate {
  fileprivate var json: JSON { ["median": .finite(median), "low": .finite(low), "high": .finite(high)] }
}

extension VerificationReport.Side {
  fileprivate var json: JSON {
    [
      "path": .string(path), "bytes": .integer(bytes), "median_ms": .finite(medianMilliseconds),
      "p90_ms": .finite(p90Milliseconds),
    ]
  }
}

extension JSON {
  /// A number, or null where JSON has no way to write it.
  static func finite(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
}
