import Conversion
import Engine
import Kernels
import ModelGraph
import ModelTesting
import Operators
import Quantization
import Tensors

let compute = Compute(tier: .reference, threads: 1)
let context = PassContext(registry: .standard, compute: compute)

func run(_ model: Model, _ inputs: [Tensor], passes: [any GraphPass] = PassList.essential) throws -> [Tensor] {
  try Session(model, passes: passes, compute: compute).run(inputs)
}

/// A model that is prepared, calibrated and planned for INT8.
struct PlannedModel {
  let prepared: Model
  let plan: QuantizationPlan

  /// - Parameter observesAll: whether statistics are gathered of every value, and not only of those that the planner
  ///   names.
  init(
    _ graph: GraphBuilder, batches: [[Tensor]], excluding excluded: Set<String> = [],
    estimator: any RangeEstimator = MinMaxEstimator(), samples: Int? = nil, observesAll: Bool = false
  ) throws {
    prepared = try Preparation.prepare(graph.model, context)
    var planner = QuantizationPlanner(prepared)
    planner.excludedNodes = excluded
    let calibrated = try CalibrationSession(planner, joinsResults: !estimator.needsHistogram, compute: compute)
    let session =
      observesAll ? try Session(prepared, passes: PassList.essential, compute: compute) : calibrated.session
    var calibration = Calibration(
      observing: observesAll ? Set(prepared.values.indices.map { ValueID($0) }) : calibrated.observed,
      joined: observesAll ? [] : calibrated.joined, keepsHistograms: estimator.needsHistogram, compute: compute)
    for batch in batches { try calibration.observe(batch, as: prepared.requiredInputs, in: session) }
    plan = planner.plan(calibration.statistics, estimator: estimator, samples: samples)
  }

  /// One line per node: `fc: int8 product`.
  var decisions: [String] {
    zip(prepared.main.nodes, plan.decisions).map { "\($0.name): \($1)" }
  }

  var converted: Model { plan.apply(to: prepared, compute: compute) }
}

/// The signal-to-noise ratio of one tensor against another, in dB.
func signalToNoise(_ actual: Tensor, _ expected: Tensor) -> Double {
  var comparison = OutputComparison(name: "")
  comparison.add(reference: expected, candidate: actual)
  return comparison.signalToQuantizationNoiseRatio
}
