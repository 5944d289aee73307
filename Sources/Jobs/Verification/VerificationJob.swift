public import Kernels
import Conversion
import Engine
import FormatKit
import ModelGraph
import Samples
import Tensors

/// Runs two models on the same inputs and reports how far the outputs moved and how the speed changed.
public struct VerificationJob {
  public var reference: String
  public var candidate: String
  /// Data to run on; nil for made-up inputs, whose accuracy figures mean little.
  public var data: String?
  public var limits = VerificationLimits()
  /// Samples per run; nil lets model and data decide.
  public var batch: Int?

  public init(reference: String, candidate: String) {
    self.reference = reference
    self.candidate = candidate
  }

  public func run(
    compute: Compute, progress: @escaping ProgressHandler = { _, _, _ in }
  ) throws(JobError) -> VerificationReport {
    let first = try LoadedFile.load(reference)
    let second = try LoadedFile.load(candidate)
    switch (first, second) {
    case (.model(let reference), .model(let candidate)):
      return try compare(reference, candidate, compute, progress)
    case (.tensors(let reference), .tensors(let candidate)):
      return try TensorVerification(self, compute: compute, progress: progress).compare(reference, candidate)
    default:
      throw JobError(.usage, path: candidate, "and \(reference) are of different kinds: a graph and plain tensors")
    }
  }

  private func compare(
    _ first: LoadedModel, _ second: LoadedModel, _ compute: Compute, _ progress: ProgressHandler
  ) throws(JobError) -> VerificationReport {
    let reference = try first.session(compute: compute)
    let candidate = try second.session(compute: compute)
    if let batch {
      try BatchLimit(session: reference, path: first.path)
        .check(BatchSource(data: data, inputs: reference.inputs), size: batch)
    }
    var verification: Verification
    do {
      verification = try Verification(reference: reference, candidate: candidate, halfValues: second.model.halfValues())
    } catch {
      throw JobError(.badInput, path: second.path, error.description)
    }
    let batches = try Batches(data, inputs: reference.inputs, batch: batch)
    do {
      for index in 0..<batches.count {
        progress("comparing", index, batches.count)
        try verification.compare(try batches.batch(index))
      }
      progress("timing", 0, 0)
      try verification.measure(try batches.batch(0))
    } catch let error as VerificationError {
      throw JobError(.badInput, path: second.path, error.description)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, path: second.path, "\(error)")
    }
    var report = VerificationReport(
      outputs: verification.outputs,
      reference: .init(path: first.path, bytes: first.totalBytes, milliseconds: verification.timing.reference),
      candidate: .init(path: second.path, bytes: second.totalBytes, milliseconds: verification.timing.candidate),
      speedup: verification.timing.speedup, samples: batches.samples, threads: compute.pool.threads,
      batch: batches.batchSize, rounds: verification.timing.reference.count, cpu: CPUDescription(),
      kernels: compute.tier)
    report.failures = limits.failures(report.outputs, speedup: report.speedup)
    report.warnings = try batches.warnings(compute)
    let overflowing = verification.overflowingHalfValues.sorted().map { quoted(second.model[$0].name) }
    if let first = overflowing.first {
      report.warnings.append(
        "\(overflowing.count) float16 values exceed 65504, \(first) first: hardware that computes in float16 will see "
          + "infinities; convert with --calib to keep them in float32")
    }
    return report
  }
}

/// The data of a verification: the user's, or one batch made up.
private enum Batches {
  case data(ModelData)
  case synthetic([Tensor])

  init(_ path: String?, inputs: [Value], batch: Int?) throws(JobError) {
    if let path {
      self = .data(try ModelData(path: path, inputs: inputs, batch: batch))
    } else {
      self = .synthetic(try SyntheticData.batch(for: inputs, batch: batch ?? 1))
    }
  }

  var count: Int {
    switch self {
    case .data(let data): data.stream.batchCount
    case .synthetic: 1
    }
  }

  var samples: Int {
    switch self {
    case .data(let data): data.stream.count
    case .synthetic: batchSize
    }
  }

  /// Samples in the first batch, which is the one timed.
  var batchSize: Int {
    switch self {
    case .data(let data): data.batchSize
    case .synthetic(let tensors): tensors.first?.shape.dimensions.first ?? 1
    }
  }

  func batch(_ index: Int) throws(JobError) -> [Tensor] {
    switch self {
    case .data(let data): try data.batch(index)
    case .synthetic(let tensors): tensors
    }
  }

  func warnings(_ compute: Compute) throws(JobError) -> [String] {
    switch self {
    case .data(let data):
      return try data.summarize(compute).flatMap(\.warnings).map(\.description)
    case .synthetic:
      return ["inputs were made up: the differences say little of real data; give --data"]
    }
  }
}
