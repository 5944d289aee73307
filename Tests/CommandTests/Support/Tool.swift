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
  return Outcome(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
}

/// Runs the tool and sends it a signal, "INT" or the like, as soon as a condition of the shell holds.
///
/// A shell does it, which the tests that run at the same time cannot keep waiting. Its status is that of the tool.
func quantize(
  _ arguments: [String], in folder: TemporaryFolder, sending signal: String, when condition: String
) async throws -> Outcome {
  let script = """
    "$0" "$@" & tool=$!
    until \(condition); do kill -0 $tool 2> /dev/null || break; done
    kill -\(signal) $tool
    wait $tool
    """
  let result = try await run(
    .path("/bin/sh"), arguments: Arguments(["-c", script, executable] + arguments),
    workingDirectory: .init(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
  return Outcome(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
}

extension Outcome {
  fileprivate init(status: TerminationStatus, output: String, errors: String) {
    switch status {
    case .exited(let code): self.status = Int(code)
    case .signaled(let signal): self.status = -Int(signal)
    }
    self.output = output
    self.errors = errors
  }
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
