import Foundation
import Subprocess
import Testing

/// What a run of the tool left behind.
struct Outcome {
  let status: Int
  let output: String
  let errors: String

  /// The lines of standard output, without trailing blanks.
  var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}

/// Runs the tool as a user does, with `folder` as the current one.
func quantize(
  _ arguments: String..., in folder: TemporaryFolder, environment: [String: String] = [:]
) async throws -> Outcome {
  try await quantize(arguments, in: folder, environment: environment)
}

func quantize(
  _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
) async throws -> Outcome {
  let variables = Dictionary(
    uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), String?.some($0.value)) })
  let result = try await run(
    .path(.init(executable)), arguments: Arguments(arguments), environment: .inherit.updating(variables),
    workingDirectory: .init(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
  let status: Int
  switch result.terminationStatus {
  case .exited(let code): status = Int(code)
  case .signaled(let signal): status = -Int(signal)
  }
  return Outcome(status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
}

/// The tool that was built with these tests: it lies in the folder of the test bundle.
private let executable: String = {
  let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
  let bundle = bundles.first ?? CommandLine.arguments[0]
  return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("quantize").path
}()

/// The folder of the models that many tests share.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../fixtures").standardized.path
