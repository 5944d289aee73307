public import ArgumentParser
public import Jobs
import Quantization

extension ConversionTarget: ExpressibleByArgument {}

/// Whether the model's own inputs and outputs change their type.
enum InterfaceType: String, CaseIterable, ExpressibleByArgument {
  case fp32
  case fp16
}

/// What to convert to, and how.
struct ConversionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What to convert to: int8, fp16 or bf16.", valueName: "type"))
  var to: ConversionTarget

  @Option(help: ArgumentHelp("How INT8 ranges are picked: \(Self.methods).", valueName: "method"))
  var calibration = "minmax"

  @Option(help: "Inputs and outputs after --to fp16 or bf16: fp32, or fp16 for the type converted to.")
  var io = InterfaceType.fp32

  @Option(help: ArgumentHelp("Name of a node to keep in float; may be repeated.", valueName: "node"))
  var exclude: [String] = []

  @Flag(help: "Convert every node to INT8 that can be, even those that are not expected to be faster for it.")
  var quantizeAll = false

  @Option(help: ArgumentHelp("Samples per calibration run.", valueName: "n"))
  var batch: Int?

  @Flag(help: "Replace an output that exists.")
  var force = false

  private static let methods = RangeEstimators.all.map(\.name).joined(separator: ", ")

  func validate() throws {
    if RangeEstimators.named(calibration) == nil {
      throw ValidationError("--calibration is \"\(calibration)\", expected one of \(Self.methods)")
    }
    if io == .fp16, to == .int8 {
      throw ValidationError("--io fp16 goes with --to fp16 or bf16, not with --to int8")
    }
    if quantizeAll, to != .int8 { throw ValidationError("--quantize-all goes with --to int8") }
    if let batch, batch < 1 { throw ValidationError("--batch is \(batch), expected 1 or more") }
  }

  func request(input: String) -> ConversionRequest {
    var request = ConversionRequest(input: input, target: to)
    request.overwrites = force
    if let estimator = RangeEstimators.named(calibration) { request.estimator = estimator }
    request.convertsInterface = io == .fp16
    request.excludedNodes = Set(exclude)
    request.quantizesAll = quantizeAll
    request.batch = batch
    return request
  }
}
