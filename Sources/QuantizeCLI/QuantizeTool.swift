import ArgumentParser
import FormatKit
import Jobs
import Kernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The command-line tool.
public enum QuantizeTool {
  /// Parses the arguments of the process, runs what they ask for and ends the process with its exit code.
  public static func main() -> Never {
    Interruption.endsProcess { Terminal.finishProgress() }
    // Large blocks would go back to the system after every run, and every run would pay for cleared pages again.
    ProcessMemory.keepFreedBlocks()
    do {
      var command = try QuantizeCommand.parseAsRoot()
      try command.run()
      exit(ExitStatus.done.rawValue)
    } catch let failure as JobError {
      Terminal.finishProgress()
      Terminal.printError("error: \(failure)")
      exit(failure.status.rawValue)
    } catch {
      QuantizeCommand.exit(withError: error)
    }
  }
}

struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Convert FP32 models to INT8, FP16 or BF16, and prove what the conversion did.",
    discussion: """
      quantize model.onnx --to int8 --calib data.npz
      quantize verify model.onnx model.int8.onnx --data test.npz --min-sqnr 30

      Exit codes: 0 done, 1 a verify limit was exceeded, 64 usage, 65 bad input file, 66 no such file, \
      70 a fault of this program, 74 input or output failed, 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      ConvertCommand.self, VerifyCommand.self, RunCommand.self, BatchCommand.self, InspectCommand.self,
      BenchCommand.self, ProfileCommand.self,
    ],
    defaultSubcommand: ConvertCommand.self)
}
