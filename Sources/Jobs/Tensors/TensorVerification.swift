import Conversion
import FormatKit
import Kernels
import OrderedCollections
import Tensors

/// Compares two files of tensors without a graph: the tensors number by number, and what their weights make of the same
/// activations.
struct TensorVerification {
  private let job: VerificationJob
  private let compute: Compute
  private let progress: ProgressHandler

  /// Rows of activations per product, unless asked otherwise.
  private static let defaultBatch = 32

  init(_ job: VerificationJob, compute: Compute, progress: @escaping ProgressHandler) {
    self.job = job
    self.compute = compute
    self.progress = progress
  }

  func compare(_ reference: LoadedTensors, _ candidate: LoadedTensors) throws(JobError) -> VerificationReport {
    if job.data != nil {
      throw JobError(
        .usage, path: job.data,
        "data has no use for files without a graph: weights are multiplied by made-up activations")
    }
    var findings = TensorFindings()
    let pairs = compareTensors(PairedTensors(reference.file), PairedTensors(candidate.file), &findings)
    let batch = job.batch ?? Self.defaultBatch
    let products = try multiply(pairs, batch: batch, &findings)
    let timing = products.timing
    var report = VerificationReport(
      outputs: findings.comparisons,
      reference: .init(path: reference.path, bytes: reference.fileBytes, milliseconds: timing.reference),
      candidate: .init(path: candidate.path, bytes: candidate.fileBytes, milliseconds: timing.candidate),
      speedup: timing.speedup, samples: products.products.isEmpty ? 0 : batch, threads: compute.pool.threads,
      batch: batch, rounds: timing.reference.count, cpu: CPUDescription(), kernels: compute.tier)
    report.products = products.products
    report.failures = findings.failures + job.limits.failures(report.outputs, speedup: report.speedup)
    report.warnings = findings.warnings
    return report
  }

  // MARK: Tensors

  /// Compares what both files hold, and notes what only one of them does.
  /// - Returns: the weights to multiply.
  private func compareTensors(
    _ reference: PairedTensors, _ candidate: PairedTensors, _ findings: inout TensorFindings
  ) -> [WeightPair] {
    let comparison = TensorComparison(compute: compute)
    var pairs: [WeightPair] = []
    for (index, (name, first)) in reference.tensors.enumerated() {
      progress("comparing", index, reference.tensors.count)
      do throws(VerificationError) {
        guard let second = candidate.tensors[name] else { throw VerificationError("is missing") }
        findings.comparisons.append(try comparison.compare(name, reference: first, candidate: second))
        guard WeightRule.standard.isMultiplied(name, shape: first.tensor.shape) else { continue }
        if let left = try first.real(compute), let right = try second.real(compute) {
          pairs.append(WeightPair(name: name, reference: left, candidate: right))
        }
      } catch {
        findings.failures.append("tensor \(quoted(name)) \(error.message)")
      }
    }
    progress("comparing", reference.tensors.count, reference.tensors.count)
    for name in candidate.tensors.keys where reference.tensors[name] == nil {
      findings.warnings.append("tensor \(quoted(name)) is not in the reference")
    }
    return pairs
  }

  // MARK: Products

  private func multiply(
    _ pairs: [WeightPair], batch: Int, _ findings: inout TensorFindings
  ) throws(JobError) -> WeightProducts {
    let width = pairs.map(\.reference.shape[1]).max() ?? 0
    var products = WeightProducts(activations: try activations(batch, width), batch: batch, compute: compute)
    for (index, pair) in pairs.enumerated() {
      progress("multiplying", index, pairs.count)
      do throws(VerificationError) {
        try products.add(pair.name, reference: pair.reference, candidate: pair.candidate)
      } catch {
        findings.warnings.append("tensor \(quoted(pair.name)) \(error.message)")
      }
    }
    progress("multiplying", pairs.count, pairs.count)
    findings.warnings.append(
      products.products.isEmpty
        ? "no weights could be multiplied: speed was not measured"
        : "activations were made up: the products differ by more or less on real data")
    return products
  }

  /// Standard normal numbers from a fixed seed.
  private func activations(_ batch: Int, _ width: Int) throws(JobError) -> Tensor {
    guard batch > 0, let shape = Shape(validating: [batch, width]), shape.count <= 1 << 31 else {
      throw JobError(.usage, "a batch of \(batch) rows of \(width) activations cannot be made")
    }
    var generator = SplitMix64(state: 0x5EED)
    return Tensor(shape, of: Float.self) { for index in $0.indices { $0[index] = generator.nextNormal() } }
  }
}

/// Two files' weights of one name.
private struct WeightPair {
  let name: String
  let reference: RealTensor
  let candidate: RealTensor
}

/// What a comparison found so far.
private struct TensorFindings {
  var comparisons: [OutputComparison] = []
  var failures: [String] = []
  var warnings: [String] = []
}
