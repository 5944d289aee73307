import Conversion
import Engine
import Kernels
import ModelGraph
import Operators
import Quantization

/// A model that is prepared for INT8, with a session that shows the values whose ranges INT8 needs.
struct ObservableModel: Sendable {
  let model: Model
  let planner: QuantizationPlanner
  let calibrated: CalibrationSession

  init(_ loaded: LoadedModel, for request: ConversionRequest, compute: Compute) throws(JobError) {
    do {
      model = try Preparation.prepare(loaded.model, PassContext(registry: .standard, compute: compute))
      var planner = QuantizationPlanner(model)
      planner.excludedNodes = request.excludedNodes
      try planner.checkWeights()
      self.planner = planner
      calibrated = try CalibrationSession(planner, joinsResults: !request.estimator.needsHistogram, compute: compute)
    } catch {
      throw JobError(.badInput, path: loaded.path, error.description)
    }
  }
}
