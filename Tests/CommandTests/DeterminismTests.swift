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
}
