import Conversion
import Engine
import Kernels
import ModelGraph
import Operators

/// A model that is prepared for INT8, with a session that shows the values whose ranges INT8 needs.
struct ObservableModel: Sendable {
  let model: Model
  let planner: QuantizationPlanner
  let observed: Set<ValueID>
  let session: Session

  init(_ loaded: LoadedModel, excluding excludedNodes: Set<String>, compute: Compute) throws(JobError) {
    do {
      model = try Preparation.prepare(loaded.model, PassContext(registry: .standard, compute: compute))
      var planner = QuantizationPlanner(model)
      planner.excludedNodes = excludedNodes
      try planner.checkWeights()
      observed = planner.observedValues
      self.planner = planner
      session = try Session(model, passes: PassList.calibration, observing: observed, compute: compute)
    } catch {
      throw JobError(.badInput, path: loaded.path, error.description)
    }
  }
}
