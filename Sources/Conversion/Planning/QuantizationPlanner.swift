public import Engine
public import ModelGraph
public import Operators
public import Quantization
import OrderedCollections
import Tensors

/// Decides which nodes of a model run in INT8 and with which parameters.
///
/// Quantization is placed only where runtimes turn it into an integer kernel: constant-weight products, and the
/// operators between them that can pass integers on. Everything else keeps its float inputs.
public struct QuantizationPlanner: Sendable {
  public let model: Model
  /// The names of nodes that must stay in float.
  public var excludedNodes: Set<String> = []

  let registry: OperatorRegistry
  let uses: Uses
  let rules: [QuantizationRule]
  /// The parameters of the weights that are known to have no NaN and no infinity, by the nodes that take these in.
  private(set) var weightParameters: [Int: QuantizationParameters] = [:]

  public init(_ model: Model, registry: OperatorRegistry = .standard) {
    self.model = model
    self.registry = registry
    uses = Uses(of: model.main)
    rules = model.main.nodes.map { node in model.quantizationRule(of: node, registry) }
  }

  /// The activations whose statistics a plan may ask for, whatever they turn out to be.
  ///
  /// Only these are kept apart when the model is run for calibration. A result that nothing but an absorbing clamp uses
  /// is not among them: what is quantized is the clamp's. Nor is a result whose elements are all those of others that
  /// are, such as a concatenation.
  public var observedValues: Set<ValueID> {
    let state = PlanningState(planner: self, statistics: [:])
    var observed = Set<ValueID>()
    for (index, node) in model.main.nodes.enumerated() where !excludedNodes.contains(node.name) {
      observed.formUnion(state.valuesInQuestion(at: index).filter { model[$0].constant == nil })
    }
    return observed.subtracting(model.composed(of: observed))
  }

  /// Throws where a weight that would be quantized has a NaN or an infinity: no scale stands for it, and a model that
  /// has one is broken.
  ///
  /// What this finds out, plans need not find out again: weights can be looked at before there are statistics.
  public mutating func checkWeights() throws(EngineError) {
    for (index, node) in model.main.nodes.enumerated() {
      guard case .weighted(let axis) = rules[index], !excludedNodes.contains(node.name), let id = node.inputs[1],
        let weight = model[id].constant, weight.type == .float32
      else { continue }
      weightParameters[index] = try? QuantizationParameters(weights: weight, axis: axis)
      guard weightParameters[index] == nil, let fault = weight.firstNonFinite else { continue }
      throw EngineError(
        location: EngineError.describe(node, at: index),
        "weight \"\(model[id].name)\" has \(fault.value) at element \(fault.index)")
    }
  }

  /// Plans with the statistics of a calibration run and the estimator that turns them into ranges.
  ///
  /// - Parameter samples: How many samples the statistics are of. They tell how large activations are, and nodes stay in
  ///   float where INT8 would not be faster than they are. Where it is nil, or INT8 would not be faster anywhere, every
  ///   node becomes INT8 that can.
  public func plan(
    _ statistics: [ValueID: CalibrationStatistics], estimator: any RangeEstimator, samples: Int? = nil
  ) -> QuantizationPlan {
    var state = PlanningState(planner: self, statistics: model.completed(statistics))
    state.selectProducts()
    state.selectNeighbours()
    let isFaster = samples.map { state.leaveOutSlowNodes(samples: $0) } ?? true
    state.markAddedBiases()
    var plan = state.finish(estimator: estimator)
    plan.isFaster = isFaster
    return plan
  }

  /// The clamp node that is all that uses `value`; nil where there is none.
  func clamp(after value: ValueID) -> Int? {
    guard let next = uses.soleConsumer(of: value), case .clamp = rules[next] else { return nil }
    return next
  }
}
