import ArgumentParser
import FormatKit
import Jobs

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Run a model and say where its time goes, node by node.",
    discussion: """
      Times are medians. GOP/s are 10⁹ operations per second, a multiply-add being two, next to the share of what the \
      machine was measured to do at best with floating-point or 8-bit numbers. MB are the inputs that a node reads, \
      weights included, and the outputs that it writes.
      """)

  @Argument(help: "The model, of any type.")
  var model: String

  @Option(
    help: ArgumentHelp("Samples whose first batch to run on; without it, inputs are made up.", valueName: "data"))
  var data: String?

  @Option(help: ArgumentHelp("Samples per run.", valueName: "n"))
  var batch = 1

  @Option(help: ArgumentHelp("Timed runs.", valueName: "n"))
  var iterations = 100

  @Flag(help: "Show all nodes in the order of the run, not only the most expensive ones.")
  var all = false

  @Option(
    defaultAsFlag: "-",
    help: ArgumentHelp("Write the report as JSON; without a file, or with -, to standard output.", valueName: "file"))
  var json: String?

  @OptionGroup var computing: ComputeOptions

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is \(batch), expected 1 or more") }
    if iterations < 1 { throw ValidationError("--iterations is \(iterations), expected 1 or more") }
  }

  func run() throws {
    let job = ProfileJob(model: model, data: data, batch: batch, iterations: iterations)
    let report = try job.run(compute: try computing.makeCompute(), progress: Terminal.showProgress)
    Terminal.finishProgress()
    if json != "-" { print(ProfileText(report, showsAll: all).text) }
    if let json { try Terminal.write(report.json, to: json) }
    for warning in report.warnings { Terminal.printError("warning: \(warning)") }
  }
}
