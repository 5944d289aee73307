import ArgumentParser
import FormatKit
import Jobs

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Say what a model or tensor file holds, without running it.")

  @Argument(help: "The file: .onnx or .safetensors.")
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = try InspectionJob(path: file).run()
    print(json ? report.json.text(indented: true) : InspectionText(report).text)
  }
}
