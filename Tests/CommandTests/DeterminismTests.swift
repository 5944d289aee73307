import Foundation
import Testing

/// The same input gives the same bytes, whatever the threads.
@Suite struct DeterminismTests {
  @Test(arguments: ["digits_cnn_bn", "digits_mlp"])
  func bytesDependNeitherOnThreadsNorOnTheRun(model: String) async throws {
    let folder = try TemporaryFolder()
    let source = "\(fixtures)/\(model)"
    var results: [Data] = []
    for (run, threads) in ["1", "2", "3", "3"].enumerated() {
      let outcome = try await quantize(
        "\(source)/model.onnx", "--to", "int8", "--calib", "\(source)/calib.npz", "--threads", threads,
        "--calibration", "percentile-99.99", "-o", "\(run).onnx", in: folder)
      #expect(outcome.status == 0)
      results.append(try folder.bytes(of: "\(run).onnx"))
    }
    #expect(results.dropFirst().allSatisfy { $0 == results[0] })
  }

  @Test func narrowingGivesTheSameBytesEachTime() async throws {
    let folder = try TemporaryFolder()
    for name in ["1.onnx", "2.onnx"] {
      let outcome = try await quantize(
        "\(fixtures)/digits_cnn/model.onnx", "--to", "fp16", "--threads", String(name.prefix(1)), "-o", name, in: folder
      )
      #expect(outcome.status == 0)
    }
    #expect(try folder.bytes(of: "1.onnx") == folder.bytes(of: "2.onnx"))
  }

  @Test func referenceKernelsRunTheSameModel() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let environment = ["QUANTIZE_KERNELS": "reference"]
    let conversion = try await quantize(
      "tiny.onnx", "--to", "int8", "--calib", "calib.npz", in: folder, environment: environment)
    #expect(conversion.status == 0)
    let verification = try await quantize(
      "verify", "tiny.onnx", "tiny.int8.onnx", "--data", "calib.npz", "--min-sqnr", "30", "--json", "-", in: folder,
      environment: environment)
    #expect(verification.status == 0)
    #expect(try JSONReport(Data(verification.output.utf8)).text("cpu", "kernels") == "reference")
  }

  @Test func kernelsThatDoNotExistAreRefused() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize(
      "tiny.onnx", "--to", "fp16", in: folder, environment: ["QUANTIZE_KERNELS": "nonsense"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: QUANTIZE_KERNELS: no kernel tier is named \"nonsense\"; this machine has reference"))
    #expect(folder.contents == ["tiny.onnx"])
  }

  /// Neither x86-64 nor ARM has the instructions of the other, and the message names what this machine has instead.
  @Test(arguments: ["convert", "run", "verify", "bench", "profile", "batch"])
  func kernelsThatTheCPULacksAreRefusedByEveryCommand(command: String) async throws {
    #if arch(x86_64)
      let absent = "neon"
    #else
      let absent = "avx512"
    #endif
    let requests = [
      "convert": ["tiny.onnx", "--to", "fp16"], "run": ["run", "tiny.onnx", "--data", "calib.npz", "-o", "out.npz"],
      "verify": ["verify", "tiny.onnx", "tiny.onnx"], "bench": ["bench", "tiny.onnx"],
      "profile": ["profile", "tiny.onnx"], "batch": ["batch", ".", "--to", "fp16"],
    ]
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize(
      try #require(requests[command]), in: folder, environment: ["QUANTIZE_KERNELS": absent])
    #expect(outcome.status == 64)
    let start = "error: QUANTIZE_KERNELS: this CPU cannot run the kernel tier \"\(absent)\"; this machine has reference"
    #expect(outcome.errors.hasPrefix(start))
    #expect(outcome.errors.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    #expect(outcome.output == "")
    #expect(folder.contents == ["calib.npz", "tiny.onnx"])
  }
}
