import ArgumentParser
import Jobs

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a model and write every output under its name to an .npz file.",
    discussion: """
      An array of the input's own rank is fed whole; of a stack of samples, which has one rank more, one sample is.
      """)

  @Argument(help: "The model.")
  var model: String

  @Option(help: ArgumentHelp("The inputs, in any form that calibration data may have.", valueName: "data"))
  var data: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The .npz file to write.", valueName: "out.npz"))
  var output: String

  @Option(help: ArgumentHelp("Which sample of a stack to run, from 0.", valueName: "n"))
  var sample = 0

  @OptionGroup var computing: ComputeOptions

  func run() throws {
    let job = RunJob(model: model, data: data, output: output, sample: sample)
    let report = try job.run(compute: try computing.makeCompute())
    var table = TextTable(["output", "type", "shape"])
    for output in report.outputs { table.add([output.name, "\(output.type)", "\(output.shape)"]) }
    print(table.text)
    print("\(output): \(report.bytes) bytes, run in \(report.milliseconds.significant(4)) ms")
  }
}
