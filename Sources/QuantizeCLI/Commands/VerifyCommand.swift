import ArgumentParser
import FormatKit
import Jobs
import Tensors

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Run two models on the same inputs: how far did the outputs move, how fast is each?",
    discussion: "Exit code 1 where a limit is exceeded.")

  @Argument(help: "The model to compare with, usually the original.")
  var reference: String

  @Argument(help: "The model to judge.")
  var candidate: String

  @Option(help: ArgumentHelp("Samples to run on; without it, inputs are made up.", valueName: "data"))
  var data: String?

  @Option(help: ArgumentHelp("Write the report as JSON; - for standard output.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Limit for the largest absolute error of any output.", valueName: "x"))
  var maxAbsError: Double?

  @Option(help: ArgumentHelp("Limit for the SQNR of every output, in dB.", valueName: "db"))
  var minSqnr: Double?

  @Option(help: ArgumentHelp("Limit for the cosine similarity of every output.", valueName: "c"))
  var minCosine: Double?

  @Option(help: ArgumentHelp("Limit for the median speedup.", valueName: "r"))
  var minSpeedup: Double?

  @Option(help: ArgumentHelp("Samples per run (default: the model's own, else 32).", valueName: "n"))
  var batch: Int?

  @OptionGroup var computing: ComputeOptions

  func validate() throws {
    if let batch, batch < 1 { throw ValidationError("--batch is \(batch), expected 1 or more") }
  }

  func run() throws {
    var job = VerificationJob(reference: reference, candidate: candidate)
    job.data = data
    job.batch = batch
    job.limits = VerificationLimits(
      maxAbsoluteError: maxAbsError, minSignalToNoise: minSqnr, minCosine: minCosine, minSpeedup: minSpeedup)
    let report = try job.run(compute: try computing.makeCompute(), progress: Terminal.showProgress)
    Terminal.finishProgress()
    if json != "-" { print(VerificationText(report).text) }
    if let json { try Terminal.write(report.json, to: json) }
    for warning in report.warnings { Terminal.printError("warning: \(warning)") }
    for failure in report.failures { Terminal.printError("failed: \(failure)") }
    if !report.hasPassed { throw ArgumentParser.ExitCode(Jobs.ExitStatus.limitExceeded.rawValue) }
  }
}
