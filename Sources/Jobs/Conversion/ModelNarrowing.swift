import Conversion
import Engine
import Kernels
import ModelGraph
import Operators
import Quantization
import Samples
import Tensors

/// Converts a model to FP16 or BF16.
struct ModelNarrowing {
  private let request: ConversionRequest
  private let compute: Compute
  private let progress: ProgressHandler

  init(_ request: ConversionRequest, compute: Compute, progress: @escaping ProgressHandler) {
    self.request = request
    self.compute = compute
    self.progress = progress
  }

  func convert(_ loaded: LoadedModel) throws(JobError) -> ConvertedModel {
    var model = loaded.model
    let context = PassContext(registry: .standard, compute: compute)
    var conversion = HalfPrecisionConversion(
      to: request.target == .bf16 ? .bfloat16 : .float16, convertsInterface: request.convertsInterface)
    conversion.excludedNodes = request.excludedNodes
    do {
      for pass in HalfPrecisionConversion.preparation { try pass.apply(to: &model, context) }
      if request.target == .bf16 { try OpsetUpgrade(to: 13).apply(to: &model, context) }
    } catch {
      throw JobError(.badInput, path: loaded.path, error.description)
    }
    if let path = request.calibration, request.target == .fp16 {
      conversion.overflowing = try overflowing(in: model, loaded, path)
    }
    let result = conversion.convert(model, compute: compute)
    let items = result.plan.decisions.map { node in
      let decision = node.reasonForFloat32.map { "float32: \($0)" } ?? "\(conversion.type)"
      return (
        decision: decision, isConverted: node.reasonForFloat32 == nil, operatorName: node.operatorName.description
      )
    }
    var converted = ConvertedModel(model: result.model, decisions: ConversionReport.count(items))
    if !items.contains(where: \.isConverted) {
      converted.warnings.append("no node could be converted: the result computes in float32 like the original")
    }
    converted.warnings += request.unusedExclusions(loaded.model, model)
    if result.underflowed > 0 {
      converted.warnings.append(
        "\(result.underflowed) elements of constants are too small for \(conversion.type) and became 0")
    }
    return converted
  }

  /// The values that exceed the largest float16 on the data.
  private func overflowing(
    in model: Model, _ loaded: LoadedModel, _ path: String
  ) throws(JobError) -> Set<ValueID> {
    let data = try ModelData(path: path, inputs: model.requiredInputs.map { model[$0] }, batch: request.batch)
    let session: Session
    do { session = try Session(model, passes: PassList.essential, compute: compute) } catch {
      throw JobError(.badInput, path: loaded.path, error.description)
    }
    var calibration = Calibration(
      observing: Set(model.values.indices.map { ValueID($0) }), keepsHistograms: false,
      compute: compute)
    for index in 0..<data.stream.batchCount {
      progress("measuring", index, data.stream.batchCount)
      let batch = try data.batch(index)
      do { try calibration.observe(batch, as: model.requiredInputs, in: session) } catch {
        throw JobError(.badInput, path: loaded.path, error.description)
      }
    }
    progress("measuring", data.stream.batchCount, data.stream.batchCount)
    return Set(
      calibration.statistics.filter { max(abs($0.value.summary.minimum), abs($0.value.summary.maximum)) >= 65520 }
        .keys)
  }
}
