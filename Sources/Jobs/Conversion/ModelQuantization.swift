import Conversion
import Engine
import FormatKit
import Kernels
import ModelGraph
import Operators
import Quantization
import Samples
import Tensors

/// Converts a model to INT8 with calibration data.
struct ModelQuantization {
  private let request: ConversionRequest
  private let compute: Compute
  private let progress: ProgressHandler

  init(_ request: ConversionRequest, compute: Compute, progress: @escaping ProgressHandler) {
    self.request = request
    self.compute = compute
    self.progress = progress
  }

  func convert(_ loaded: LoadedModel) throws(JobError) -> ConvertedModel {
    guard let calibration = request.calibration else { throw Self.missingCalibration(of: loaded) }
    let data = try ModelData(
      path: calibration, inputs: loaded.model.requiredInputs.map { loaded.model[$0] }, batch: request.batch)
    let summaries = try data.summarize()
    // One such sample would poison the range of everything after it.
    if let fault = summaries.flatMap(\.warnings).first(where: { $0.kind == .notFinite }) {
      throw JobError(.badInput, path: data.path, fault.description)
    }
    var converted = try convert(loaded, data.stream.batchCount, samples: data.stream.count) {
      index throws(JobError) in try data.batch(index)
    }
    converted.calibration = .init(
      path: data.path, samples: data.stream.count, estimator: request.estimator.name, inputs: summaries)
    converted.warnings += summaries.flatMap(\.warnings).map(\.description)
    return converted
  }

  /// Converts with `count` batches that `batch` supplies, of so many samples together.
  func convert(
    _ loaded: LoadedModel, _ count: Int, samples: Int, batch: (Int) throws(JobError) -> [Tensor]
  ) throws(JobError) -> ConvertedModel {
    do {
      let prepared = try Preparation.prepare(
        loaded.model, PassContext(registry: .standard, compute: compute))
      var planner = QuantizationPlanner(prepared)
      planner.excludedNodes = request.excludedNodes
      try planner.checkWeights()
      let observed = planner.observedValues
      let session = try Session(prepared, passes: PassList.calibration, observing: observed, compute: compute)
      var calibration = Calibration(
        observing: observed, keepsHistograms: request.estimator.needsHistogram, compute: compute)
      for index in 0..<count {
        progress("calibrating", index, count)
        try calibration.observe(try batch(index), as: prepared.requiredInputs, in: session)
      }
      progress("calibrating", count, count)
      let plan = planner.plan(
        calibration.statistics, estimator: request.estimator, samples: request.quantizesAll ? nil : samples)
      return ConvertedModel(
        model: plan.apply(to: prepared, compute: compute), decisions: Self.decisions(plan, prepared),
        warnings: Self.warnings(plan, prepared) + request.unusedExclusions(loaded.model, prepared))
    } catch let error as EngineError {
      throw JobError(.badInput, path: loaded.path, error.description)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, path: loaded.path, "\(error)")
    }
  }

  private static func decisions(_ plan: QuantizationPlan, _ model: Model) -> [ConversionReport.DecisionCount] {
    var items = zip(plan.decisions, model.main.nodes).map { decision, node in
      (decision: decision.description, isConverted: decision.isInteger, operatorName: node.operatorName.description)
    }
    for node in model.main.nodes {
      for body in node.bodies {
        body.forEachBody { inner in
          items += inner.nodes.map {
            (decision: "float: inside a branch or loop", isConverted: false, operatorName: $0.operatorName.description)
          }
        }
      }
    }
    return ConversionReport.count(items)
  }

  private static func warnings(_ plan: QuantizationPlan, _ model: Model) -> [String] {
    guard plan.decisions.contains(.integerProduct) else {
      return ["no node could be converted: the result computes in float like the original"]
    }
    return plan.isFaster ? [] : ["INT8 is not expected to be faster for this model"]
  }

  private static func missingCalibration(of loaded: LoadedModel) -> JobError {
    if loaded.model.requiredInputs.isEmpty {
      return JobError(
        .usage, path: loaded.path,
        "INT8 needs calibration data, but the model takes no inputs to feed it to; --to fp16 needs none")
    }
    let inputs = loaded.model.requiredInputs.map { id in
      let value = loaded.model[id]
      let shape = value.dimensions.map { "[\($0.map(\.description).joined(separator: ", "))]" } ?? "of any shape"
      return "\(quoted(value.name)) \(value.type.map { "\($0)" } ?? "of unknown type") \(shape)"
    }
    return JobError(
      .usage, path: loaded.path,
      "INT8 needs calibration data: give --calib FILE with real samples, such as an .npz from "
        + "numpy.savez(\"calib.npz\", NAME=samples), for \(inputs.joined(separator: ", ")); "
        + "--to fp16 needs none")
  }
}
