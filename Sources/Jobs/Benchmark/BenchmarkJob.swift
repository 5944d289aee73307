import Conversion
public import Kernels
import Engine
import ModelGraph
import Operators
import Samples
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
    /// What the machine's products reached meanwhile.
    public let peaks: ProductPeaks
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
    /// The time that the products of the form would take at the machine's peaks over the time that it took, 0 to 1; nil
    /// where there are no products.
    public let shareOfPeak: Double?
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
      let session = try form.session(compute: compute)
      let run = ProfiledRun(session: session, inputs: batches[0], path: self.model)
      return Form(name: name, model: model, session: session, work: try run.facts().nodes.compactMap(\.work))
    }
    let (seconds, peaks) = try time(forms, batches[0], compute, progress)
    let rows = try forms.indices.map { index throws(JobError) in
      Row(
        name: forms[index].name, weightBytes: forms[index].weightBytes, seconds: seconds[index],
        speedup: seconds[0] / seconds[index],
        shareOfPeak: peaks.seconds(for: forms[index].work).map { $0 * Double(iterations) / seconds[index] },
        signalToNoise: index == 0 ? nil : try compare(forms[0], forms[index], batches[0]),
        note: forms[index].name == "INT8" ? quantized.floatNote : forms[index].name == "FP16" ? half.floatNote : "")
    }
    let actualBatch = batches[0].sampleCount
    var warnings = data == nil ? ["inputs were made up: times are real, SQNR says little of real data"] : []
    if actualBatch != batch { warnings.append("the batch is \(actualBatch): the model or the data fix it") }
    return Report(
      model: model, batch: actualBatch, iterations: iterations, threads: compute.pool.threads, cpu: CPUDescription(),
      kernels: compute.tier, peaks: peaks, rows: rows, warnings: warnings)
  }

  private struct Form {
    let name: String
    let model: Model
    let session: Session
    /// What one run multiplies.
    let work: [OperatorWork]

    var weightBytes: Int { model.main.initializers.reduce(0) { $0 + (model[$1].constant?.bytes.count ?? 0) } }
  }

  private func makeBatches(_ session: Session) throws(JobError) -> [[Tensor]] {
    guard let data else { return [try SyntheticData.batch(for: session.inputs, batch: batch)] }
    let opened = try ModelData(path: data, inputs: session.inputs, batch: batch)
    var batches: [[Tensor]] = []
    for index in 0..<opened.stream.batchCount { batches.append(try opened.batch(index)) }
    return batches
  }

  /// Runs of one form in a row: enough that it finds its weights in the caches, as a model that is deployed alone does,
  /// and few enough that whatever else the machine does hits all forms alike.
  private static let runsPerTurn = 10

  /// The forms take turns, and the machine's peaks are measured before each round of them.
  private func time(
    _ forms: [Form], _ batch: [Tensor], _ compute: Compute, _ progress: ProgressHandler
  ) throws(JobError) -> (seconds: [Double], peaks: ProductPeaks) {
    var seconds = [Double](repeating: 0, count: forms.count)
    var peaks = PeakSamples()
    for first in stride(from: 0, to: iterations, by: Self.runsPerTurn) {
      peaks.add(compute)
      let runs = min(Self.runsPerTurn, iterations - first)
      for (index, form) in forms.enumerated() {
        progress("timing", first * forms.count + index * runs, iterations * forms.count)
        seconds[index] += try turn(of: form, runs: runs, batch)
      }
    }
    progress("timing", iterations * forms.count, iterations * forms.count)
    return (seconds, peaks.median)
  }

  /// The seconds of some runs, after one that does not count: it brings the form's weights back into the caches.
  private func turn(of form: Form, runs: Int, _ batch: [Tensor]) throws(JobError) -> Double {
    do {
      _ = try form.session.run(batch)
      let start = ContinuousClock.now
      for _ in 0..<runs { _ = try form.session.run(batch) }
      return (ContinuousClock.now - start).milliseconds / 1000
    } catch {
      throw JobError(.badInput, path: model, error.description)
    }
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
