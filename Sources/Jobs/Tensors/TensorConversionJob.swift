import Conversion
import FormatKit
import Kernels
import OrderedCollections
import Safetensors
import Tensors

/// Converts a file of tensors without a graph: every number to half precision, or the weights of linear layers to int8.
///
/// It first looks through all tensors and decides, then writes one after the other. Neither holds more than a part of a
/// tensor in memory of its own.
struct TensorConversionJob {
  private let request: ConversionRequest
  private let compute: Compute
  private let progress: ProgressHandler

  init(_ request: ConversionRequest, compute: Compute, progress: @escaping ProgressHandler) {
    self.request = request
    self.compute = compute
    self.progress = progress
  }

  func convert(_ loaded: LoadedTensors) throws(JobError) -> ConversionReport {
    try checkRequest(loaded)
    let tensors = loaded.file.tensors
    let decisions = decide(tensors)
    let (bytes, underflowed) = try write(loaded.file, decisions)
    var report = ConversionReport(
      input: loaded.path, output: request.outputPath, target: request.target, bytesBefore: loaded.fileBytes,
      bytesAfter: bytes)
    report.decisions = ConversionReport.count(
      tensors.map { name, tensor in
        let decision = decisions[name] ?? .keep(.excluded)
        return (decision: "\(decision)", isConverted: decision.isConverted, operatorName: "\(tensor.type)")
      })
    report.warnings = warnings(decisions, tensors, underflowed: underflowed, loaded)
    if bytes >= report.bytesBefore { report.warnings.append("the result is not smaller than the original") }
    return report
  }

  /// Refuses options that mean nothing for a file without a graph.
  private func checkRequest(_ loaded: LoadedTensors) throws(JobError) {
    if request.calibration != nil {
      throw JobError(.usage, path: loaded.path, "calibration data has no use for a file without a graph")
    }
    if request.convertsInterface {
      throw JobError(.usage, path: loaded.path, "a file without a graph has no inputs and outputs to convert")
    }
  }

  private func decide(_ tensors: OrderedDictionary<String, Tensor>) -> OrderedDictionary<String, TensorDecision> {
    var planner = TensorPlanner(target: request.target.tensorType, names: Set(tensors.keys), compute: compute)
    planner.excluded = request.excludedNodes
    var decisions: OrderedDictionary<String, TensorDecision> = [:]
    for (index, (name, tensor)) in tensors.enumerated() {
      progress("measuring", index, tensors.count)
      decisions[name] = planner.decide(name, tensor)
    }
    progress("measuring", tensors.count, tensors.count)
    return decisions
  }

  // MARK: Writing

  private func write(
    _ file: SafetensorsFile, _ decisions: OrderedDictionary<String, TensorDecision>
  ) throws(JobError) -> (bytes: Int, underflowed: Int) {
    let output = request.outputPath
    let contents = TensorFileContents(file.tensors, decisions, TensorConverter(compute: compute))
    var underflowed = 0
    var done = 0
    do throws(FormatError) {
      let layout = try SafetensorsLayout(contents.entries, metadata: file.metadata)
      let bytes = try SafetensorsWriter.write(layout, to: output) { entry, file throws(FormatError) in
        progress("writing", done, layout.entries.count)
        underflowed += try contents.write(entry.name, to: &file).underflowed
        done += 1
      }
      progress("writing", done, done)
      return (bytes, underflowed)
    } catch {
      throw JobError(error, path: output)
    }
  }

  // MARK: Reporting

  private func warnings(
    _ decisions: OrderedDictionary<String, TensorDecision>, _ tensors: OrderedDictionary<String, Tensor>,
    underflowed: Int, _ loaded: LoadedTensors
  ) -> [String] {
    let type = request.target.tensorType
    var warnings = decisions.compactMap { name, decision in
      tensors[name].flatMap { decision.warning(of: name, $0.type, target: type) }
    }
    if underflowed > 0 {
      let subject = underflowed == 1 ? "1 element is" : "\(underflowed) elements are"
      warnings.append("\(subject) too small for \(type) and became 0")
    }
    if !decisions.values.contains(where: \.isConverted) {
      warnings.append("no tensor could be converted: the result holds the same tensors as the original")
    } else if type == .int8, FileStatus.exists(FilePath(loaded.path).sibling("config.json")) {
      warnings.append(
        "config.json is not changed: to load the result, add a quantization_config with quant_method "
          + "\"compressed-tensors\" and format \"int-quantized\" to it")
    }
    return warnings + unusedExclusions(Array(tensors.keys))
  }

  private func unusedExclusions(_ names: [String]) -> [String] {
    request.excludedNodes.sorted()
      .filter { excluded in !names.contains { $0 == excluded || $0.moduleName == excluded } }
      .map { "excluded name \(quoted($0)) is neither a tensor nor a module of the file" }
  }
}

extension ConversionTarget {
  /// The element type that converted tensors get.
  fileprivate var tensorType: DataType {
    switch self {
    case .int8: .int8
    case .fp16: .float16
    case .bf16: .bfloat16
    }
  }
}

extension TensorDecision {
  /// What the user should know of a tensor that would have been converted but for its values.
  fileprivate func warning(of name: String, _ type: DataType, target: DataType) -> String? {
    switch self {
    case .keep(.overflow(let magnitude)):
      "tensor \(quoted(name)) stays \(type): \(Double(magnitude).short) would be infinite as \(target)"
    case .keep(.notFinite):
      "tensor \(quoted(name)) stays \(type): it has a NaN or an infinity"
    case .keep(.scaleNameTaken):
      "tensor \(quoted(name)) stays \(type): there is a \(quoted(TensorPlanner.scaleName(of: name))) already"
    default: nil
    }
  }
}
