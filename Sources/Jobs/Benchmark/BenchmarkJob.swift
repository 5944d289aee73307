import Conversion
public import Kernels
import Engine
import Samples
import ModelGraph
import Tensors

/// Times a model in FP32, FP16 and INT8, converted in memory, on one batch.
public struct BenchmarkJob {
  public var model: String
  /// Data to run on and to calibrate with; nil for made-up inputs.
  public var data: String?
  public var batch: Int
  public var iterations: Int

  public init(model: String, data: String? = nil, batch: Int = 1000, iterations: Int = 100) {
    self.model = model
    self.data = data
    self.batch = batch
    self.iterations = iterations
  }

  public struct Report: Sendable {
    public let model: String
    public let batch: Int
    public let iterations: Int
    public let threads: Int
    public let cpu: CPUDescription
    public let kernels: KernelTier
    /// FP32 first, then FP16 and INT8.
    public let rows: [Row]
    public let warnings: [String]
  }

  public struct Row: Sendable {
    public let name: String
    /// Bytes of all weights.
    public let weightBytes: Int
    /// Seconds for all iterations.
    public let seconds: Double
    /// FP32 seconds over these.
    public let speedup: Double
    /// Against the FP32 outputs, the worst output counting; nil for FP32 itself.
    public let signalToNoise: Double?
    /// The nodes that do not run in the type, where there are any.
    public let note: String
  }

  public func run(compute: Compute, progress: @escaping ProgressHandler = { _, _, _ in }) throws(JobError) -> Report {
    let loaded = try LoadedModel(path: model)
    let original = try loaded.session(compute: compute)
    try BatchLimit(session: original, path: model)
      .check(BatchSource(data: data, inputs: original.inputs), size: batch)
    let batches = try makeBatches(original)
    let request = ConversionRequest(input: model, target: .fp16)
    let half = try ModelNarrowing(request, compute: compute, progress: progress).convert(loaded)
    let quantized = try ModelQuantization(
      ConversionRequest(input: model, target: .int8), compute: compute, progress: progress
    ).convert(loaded, batches.count, samples: batches.reduce(0) { $0 + $1.sampleCount }) {
      index throws(JobError) in batches[index]
    }
    let forms = try [("FP32", loaded.model), ("FP16", half.model), ("INT8", quantized.model)].map {
      name, model throws(JobError) in
      let form = LoadedModel(path: self.model, fileBytes: loaded.fileBytes, model: model)
      return Form(name: name, model: model, session: try form.session(compute: compute))
    }
    let seconds = try time(forms, batches[0], progress)
    let rows = try forms.indices.map { index throws(JobError) in
      Row(
        name: forms[index].name, weightBytes: forms[index].weightBytes, seconds: seconds[index],
        speedup: seconds[0] / seconds[index],
        signalToNoise: index == 0 ? nil : try compare(forms[0], forms[index], batches[0]),
        note: forms[index].name == "INT8" ? quantized.floatNote : forms[index].name == "FP16" ? half.floatNote : "")
    }
    let actualBatch = batches[0].sampleCount
    var warnings = data == nil ? ["inputs were made up: times are real, SQNR says little of real data"] : []
    if actualBatch != batch { warnings.append("the batch is \(actualBatch): the model or the data fix it") }
    return Report(
      model: model, batch: actualBatch, iterations: iterations, threads: compute.pool.threads, cpu: CPUDescription(),
      kernels: compute.tier, rows: rows, warnings: warnings)
  }

  private struct Form {
    let name: String
    let model: Model
    let session: Session

    var weightBytes: Int { model.main.initializers.reduce(0) { $0 + (model[$1].constant?.bytes.count ?? 0) } }
  }

  private func makeBatches(_ session: Session) throws(JobError) -> [[Tensor]] {
    guard let data else { return [try SyntheticData.batch(for: session.inputs, batch: batch)] }
    let opened = try ModelData(path: data, inputs: session.inputs, batch: batch)
    var batches: [[Tensor]] = []
    for index in 0..<opened.stream.batchCount { batches.append(try opened.batch(index)) }
    return batches
  }

  /// The forms take turns within each iteration, so that whatever else the machine does hits all alike.
  private func time(
    _ forms: [Form], _ batch: [Tensor], _ progress: ProgressHandler
  ) throws(JobError) -> [Double] {
    var milliseconds = [Double](repeating: 0, count: forms.count)
    let clock = ContinuousClock()
    for iteration in -2..<iterations {
      progress("timing", max(iteration, 0), iterations)
      for (index, form) in forms.enumerated() {
        let start = clock.now
        do { _ = try form.session.run(batch) } catch { throw JobError(.badInput, path: model, error.description) }
        if iteration >= 0 { milliseconds[index] += (clock.now - start).milliseconds }
      }
    }
    progress("timing", iterations, iterations)
    return milliseconds.map { $0 / 1000 }
  }

  private func compare(_ reference: Form, _ candidate: Form, _ batch: [Tensor]) throws(JobError) -> Double {
    do {
      var verification = try Verification(reference: reference.session, candidate: candidate.session)
      try verification.compare(batch)
      return verification.outputs.map(\.signalToQuantizationNoiseRatio).min() ?? .infinity
    } catch {
      throw JobError(.internalError, path: model, "\(error)")
    }
  }
}

extension ConvertedModel {
  /// What stayed in float: "2 nodes stay float (Softmax, LayerNormalization)".
  fileprivate var floatNote: String {
    let kept = decisions.filter { !$0.isConverted }
    let count = kept.reduce(0) { $0 + $1.count }
    guard count > 0 else { return "" }
    var names = Set(kept.flatMap { $0.operators.map(\.name) }).sorted()
    if names.count > 4 { names = Array(names.prefix(4)) + ["…"] }
    return "\(count) \(count == 1 ? "node stays" : "nodes stay") float: \(names.joined(separator: ", "))"
  }
}

extension [Tensor] {
  /// How many samples a batch of inputs has.
  fileprivate var sampleCount: Int { first?.shape.dimensions.first ?? 1 }
}
