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
    guard let path = request.calibration else { throw Self.missingCalibration(of: loaded) }
    let (request, compute) = (request, compute)
    // Neither needs the other, and much of what they do cannot be shared out by itself.
    let (samples, model) = compute.both(
      { () -> Result<CalibrationData, JobError> in
        Result { () throws(JobError) in
          try CalibrationData(path: path, for: loaded.model, batch: request.batch, compute: compute)
        }
      },
      { () -> Result<ObservableModel, JobError> in
        Result { () throws(JobError) in try ObservableModel(loaded, for: request, compute: compute) }
      })
    let calibration = try samples.get()
    let data = calibration.data
    var converted = try convert(loaded, try model.get(), data.stream.batchCount, samples: data.stream.count) {
      index throws(JobError) in try data.batch(index)
    }
    converted.calibration = .init(
      path: data.path, samples: data.stream.count, estimator: request.estimator.name, inputs: calibration.summaries)
    converted.warnings += calibration.summaries.flatMap(\.warnings).map(\.description)
    return converted
  }

  /// Converts with `count` batches that `batch` supplies, of so many samples together.
  func convert(
    _ loaded: LoadedModel, _ count: Int, samples: Int, batch: (Int) throws(JobError) -> [Tensor]
  ) throws(JobError) -> ConvertedModel {
    let model = try ObservableModel(loaded, for: request, compute: compute)
    return try convert(loaded, model, count, samples: samples, batch: batch)
  }

  private func convert(
    _ loaded: LoadedModel, _ observable: ObservableModel, _ count: Int, samples: Int,
    batch: (Int) throws(JobError) -> [Tensor]
  ) throws(JobError) -> ConvertedModel {
    let model = observable.model
    var calibration = Calibration(
      observing: observable.calibrated.observed, joined: observable.calibrated.joined,
      keepsHistograms: request.estimator.needsHistogram, compute: compute)
    for index in 0..<count {
      progress("calibrating", index, count)
      let batch = try batch(index)
      do { try calibration.observe(batch, as: model.requiredInputs, in: observable.calibrated.session) } catch {
        throw JobError(.badInput, path: loaded.path, error.description)
      }
    }
    progress("calibrating", count, count)
    let plan = observable.planner.plan(
      calibration.statistics, estimator: request.estimator, samples: request.quantizesAll ? nil : samples)
    return ConvertedModel(
      model: plan.apply(to: model, compute: compute), decisions: Self.decisions(plan, model),
      warnings: Self.warnings(plan, model) + request.unusedExclusions(loaded.model, model))
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
      return plan.decisions.contains(.keepFloat(.notFaster))
        ? ["nothing converted: INT8 would make the model neither faster nor smaller"]
        : ["no node could be converted: the result computes in float like the original"]
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
