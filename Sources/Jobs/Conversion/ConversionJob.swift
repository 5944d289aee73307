public import Kernels
import AllFormats
import Conversion
import Engine
import FormatKit
import ModelGraph
import ONNX
import Operators
import Tensors

/// Converts one file: read, calibrate, plan, rewrite, write.
public struct ConversionJob {
  public let request: ConversionRequest
  private let compute: Compute
  private let progress: ProgressHandler

  public init(_ request: ConversionRequest, compute: Compute, progress: @escaping ProgressHandler = { _, _, _ in }) {
    self.request = request
    self.compute = compute
    self.progress = progress
  }

  public func run() throws(JobError) -> ConversionReport {
    let start = ContinuousClock().now
    try checkOutput()
    var report =
      switch try LoadedFile.load(request.input) {
      case .model(let loaded): try convert(loaded)
      case .tensors(let file): try TensorConversionJob(request, compute: compute, progress: progress).convert(file)
      }
    report.seconds = (ContinuousClock().now - start).milliseconds / 1000
    return report
  }

  /// Refuses an output that would destroy something, before any work is done.
  private func checkOutput() throws(JobError) {
    let output = request.outputPath
    if let resolved = FilePath(output).resolved, resolved == FilePath(request.input).resolved {
      throw JobError(.usage, path: output, "is the input itself; name another output with -o")
    }
    if Folder.exists(at: output) { throw JobError(.usage, path: output, "is a directory, expected a file name") }
    let folder = FilePath(output).folder
    if !Folder.exists(at: folder) {
      throw JobError(.inputOutput, path: output, "cannot write: there is no folder \(quoted(folder))")
    }
    if !request.overwrites, FileStatus.exists(output) {
      throw JobError(.usage, path: output, "exists already; replace it with --force or name another with -o")
    }
  }

  private func convert(_ loaded: LoadedModel) throws(JobError) -> ConversionReport {
    let converted =
      request.target == .int8
      ? try ModelQuantization(request, compute: compute, progress: progress).convert(loaded)
      : try ModelNarrowing(request, compute: compute, progress: progress).convert(loaded)
    let output = request.outputPath
    let bytes: Int
    do { bytes = try ONNXFormat.write(converted.model, to: output) } catch { throw JobError(error, path: output) }
    var report = ConversionReport(
      input: loaded.path, output: output, target: request.target, bytesBefore: loaded.totalBytes, bytesAfter: bytes)
    report.decisions = converted.decisions
    report.calibration = converted.calibration
    report.warnings = converted.warnings
    if bytes >= report.bytesBefore {
      report.warnings.append("the result is not smaller than the original")
    }
    return report
  }
}

/// A model converted in memory, with what there is to report of it.
struct ConvertedModel {
  var model: Model
  var decisions: [ConversionReport.DecisionCount] = []
  var calibration: ConversionReport.CalibrationReport?
  var warnings: [String] = []
}
