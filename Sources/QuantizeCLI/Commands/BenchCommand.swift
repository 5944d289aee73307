import ArgumentParser
import FormatKit
import Jobs

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time a model in FP32, FP16 and INT8, converted in memory.")

  @Argument(help: "The model, in FP32.")
  var model: String

  @Option(
    help: ArgumentHelp("Samples to run on and to calibrate with; without it, inputs are made up.", valueName: "data"))
  var data: String?

  @Option(help: ArgumentHelp("Samples per run.", valueName: "n"))
  var batch = 1000

  @Option(help: ArgumentHelp("Timed runs of each form.", valueName: "n"))
  var iterations = 100

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var computing: ComputeOptions

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is \(batch), expected 1 or more") }
    if iterations < 1 { throw ValidationError("--iterations is \(iterations), expected 1 or more") }
  }

  func run() throws {
    let job = BenchmarkJob(model: model, data: data, batch: batch, iterations: iterations)
    let report = try job.run(compute: try computing.makeCompute(), progress: Terminal.showProgress)
    Terminal.finishProgress()
    print(json ? report.json.text(indented: true) : BenchmarkText(report).text)
    for warning in report.warnings { Terminal.printError("warning: \(warning)") }
  }
}
