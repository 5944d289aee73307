import ArgumentParser
import FormatKit
import Jobs

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert one model file (the default).",
    discussion: """
      INT8 needs calibration data: real samples for every input of the model, as .npz (keyed by input name), .npy, \
      .bin or .bin.gz (raw float32 samples of the only input), .safetensors, or a folder of input_N.pb.
      """)

  @Argument(help: ArgumentHelp("The model: .onnx or .safetensors.", valueName: "in"))
  var input: String

  @OptionGroup var conversion: ConversionOptions

  @Option(help: ArgumentHelp("Calibration data: a file or folder of samples.", valueName: "data"))
  var calib: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write (default: IN.int8.onnx).", valueName: "out"))
  var output: String?

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var computing: ComputeOptions

  func run() throws {
    var request = conversion.request(input: input)
    request.calibration = calib
    request.output = output
    let job = ConversionJob(request, compute: try computing.makeCompute(), progress: Terminal.showProgress)
    let report = try job.run()
    Terminal.finishProgress()
    print(json ? report.json.text(indented: true) : ConversionText(report).text)
    for warning in report.warnings { Terminal.printError("warning: \(warning)") }
  }
}
