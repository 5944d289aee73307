public import FormatKit
import Engine
import Kernels
import Operators
import Tensors

extension ProfileReport {
  /// The report as programs read it. Keys are a contract; what a node does not have is null.
  public var json: JSON {
    [
      "model": .string(model), "batch": .integer(batch), "iterations": .integer(iterations),
      "threads": .integer(threads),
      "cpu": [
        "model": .string(cpu.model), "features": .array(cpu.features.map(JSON.string)),
        "kernels": .string(kernels.rawValue),
      ],
      "median_ms": .finite(milliseconds), "nodes_ms": .finite(nodeMilliseconds),
      "between_ms": .finite(betweenMilliseconds), "peaks": ceilings, "activation_bytes": .integer(activationBytes),
      "weight_bytes": .integer(weightBytes), "passes": .array(passes.map(\.json)), "nodes": .array(nodes.map(json)),
      "operators": .array(operators.map(json)), "warnings": .array(warnings.map(JSON.string)),
    ]
  }

  private var ceilings: JSON {
    [
      "float_gops": .finite(peaks.floatRate * 1e-9), "integer_gops": .finite(peaks.integerRate * 1e-9),
      "memory_gb_per_s": .finite(memoryRate * 1e-9),
    ]
  }

  private func json(_ node: Node) -> JSON {
    var object: JSONObject = ["name": .string(node.name), "operator": .string(node.operatorName)]
    addRates(of: node, to: &object)
    object["kernel"] = node.work.map { .string($0.kernel) } ?? .null
    object["output"] = node.output.map(\.json) ?? .null
    return .object(object)
  }

  private func json(_ operators: Operator) -> JSON {
    var object: JSONObject = ["operator": .string(operators.name), "count": .integer(operators.count)]
    addRates(of: operators, to: &object)
    return .object(object)
  }

  /// Adds the members that nodes and operators have in common.
  private func addRates(of work: some ProfiledWork, to object: inout JSONObject) {
    object["ms"] = .finite(work.milliseconds)
    object["share"] = .finite(share(of: work))
    object["arithmetic"] = work.multiplyAdds > 0 ? work.arithmetic.map { .string($0.rawValue) } ?? .null : .null
    object["multiply_adds"] = .integer(work.multiplyAdds)
    object["gops"] = work.gigaoperations.map(JSON.finite) ?? .null
    object["peak_share"] = work.shareOfPeak(peaks).map(JSON.finite) ?? .null
    object["bytes"] = .integer(work.bytes)
    object["gb_per_s"] = work.gigabytes.map(JSON.finite) ?? .null
  }
}

extension AppliedPass {
  fileprivate var json: JSON {
    ["name": .string(name), "nodes_before": .integer(nodesBefore), "nodes_after": .integer(nodesAfter)]
  }
}

extension ProfileReport.Outline {
  fileprivate var json: JSON {
    ["type": .string("\(type)"), "shape": .array(shape.dimensions.map(JSON.integer))]
  }
}
