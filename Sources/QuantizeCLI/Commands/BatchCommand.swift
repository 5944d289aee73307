import ArgumentParser
import FormatKit
import Jobs

struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Convert every model file under a folder, keeping its tree.",
    discussion: """
      One failure does not stop the rest. Exit code 65 if any failed. Where --calib is a folder, the model at SUB/NAME.onnx \
      is calibrated with SUB/NAME.npz, SUB/calib.npz or NAME.npz below it, or another form of data of that name.
      """)

  @Argument(help: ArgumentHelp("The folder.", valueName: "dir"))
  var folder: String

  @OptionGroup var conversion: ConversionOptions

  @Option(
    help: ArgumentHelp("Calibration data: a file for all models, or a folder with one for each.", valueName: "data"))
  var calib: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to write to (default: beside the inputs).", valueName: "outdir")
  )
  var output: String?

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var computing: ComputeOptions

  func run() throws {
    var job = BatchJob(folder: folder, template: conversion.request(input: ""))
    job.outputFolder = output
    job.calibration = calib
    let items = try job.run(compute: try computing.makeCompute(), progress: Terminal.showProgress) { item in
      if case .failure(let failure) = item.outcome {
        Terminal.finishProgress()
        Terminal.printError("error: \(failure)")
      }
    }
    Terminal.finishProgress()
    print(json ? JSON.array(items.map(\.json)).text(indented: true) : BatchText(items).text)
    if items.contains(where: \.hasFailed) { throw ArgumentParser.ExitCode(Jobs.ExitStatus.badInput.rawValue) }
  }
}

extension BatchJob.Item {
  var hasFailed: Bool { if case .failure = outcome { true } else { false } }
}
