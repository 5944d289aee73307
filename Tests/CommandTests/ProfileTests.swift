import Foundation
import Testing

@Suite struct ProfileTests {
  private func profile(_ arguments: String..., in folder: TemporaryFolder) async throws -> JSONReport {
    let outcome = try await quantize(["profile"] + arguments + ["--json"], in: folder)
    #expect(outcome.status == 0)
    return try JSONReport(Data(outcome.output.utf8))
  }

  @Test func theReportHasTheAgreedKeys() async throws {
    let report = try await profile(
      "tiny.onnx", "--data", "calib.npz", "--batch", "8", "--iterations", "5", "--threads", "1",
      in: TemporaryFolder("tiny.onnx", "calib.npz"))
    #expect(
      report.keys == [
        "activation_bytes", "batch", "between_ms", "cpu", "iterations", "median_ms", "model", "nodes", "nodes_ms",
        "operators", "passes", "peaks", "threads", "warnings", "weight_bytes",
      ])
    #expect(report.keys("cpu") == ["features", "kernels", "model"])
    #expect(report.keys("peaks") == ["float_gops", "integer_gops", "memory_gb_per_s"])
    #expect(report.keys("passes", 0) == ["name", "nodes_after", "nodes_before"])
    #expect(
      report.keys("nodes", 0) == [
        "arithmetic", "bytes", "gb_per_s", "gops", "kernel", "ms", "multiply_adds", "name", "operator", "output",
        "peak_share", "share",
      ])
    #expect(report.keys("nodes", 0, "output") == ["shape", "type"])
    #expect(
      report.keys("operators", 0) == [
        "arithmetic", "bytes", "count", "gb_per_s", "gops", "ms", "multiply_adds", "operator", "peak_share", "share",
      ])
  }

  /// A Gemm of 8 rows, 4 inputs and 3 outputs: 96 multiply-adds; float32 x of 32, w of 12, b of 3 and y of 24 elements.
  @Test func aProductIsCountedAsByHand() async throws {
    let report = try await profile(
      "tiny.onnx", "--data", "calib.npz", "--batch", "8", "--iterations", "5", "--threads", "1",
      in: TemporaryFolder("tiny.onnx", "calib.npz"))
    #expect(report.number("batch") == 8)
    #expect(report.number("iterations") == 5)
    #expect(report.number("threads") == 1)
    #expect(report.text("nodes", 0, "name") == "fc")
    #expect(report.text("nodes", 0, "operator") == "Gemm")
    #expect(report.text("nodes", 0, "arithmetic") == "float")
    let kernels = try #require(report.text("cpu", "kernels"))
    #expect(report.text("nodes", 0, "kernel") == "gemm f32 \(kernels)")
    #expect(report.number("nodes", 0, "multiply_adds") == 96)
    #expect(report.number("nodes", 0, "bytes") == Double(4 * (32 + 12 + 3 + 24)))
    #expect(report.text("nodes", 0, "output", "type") == "float32")
    #expect(report.number("nodes", 0, "output", "shape", 0) == 8)
    #expect(report.number("nodes", 0, "output", "shape", 1) == 3)
    #expect(report.number("nodes", 0, "share") == 1)
    #expect(report.number("activation_bytes") == Double(4 * (32 + 24)))
    #expect(report.number("weight_bytes") == 60)
    #expect(report.texts("warnings") == [])
  }

  @Test func theTimesOfTheNodesAddUp() async throws {
    let report = try await profile(
      "\(fixtures)/digits_cnn/model.onnx", "--batch", "16", "--iterations", "30", "--threads", "1",
      in: TemporaryFolder())
    let nodes = try #require(report.count("nodes"))
    let times = try (0..<nodes).map { try #require(report.number("nodes", $0, "ms")) }
    let sum = try #require(report.number("nodes_ms"))
    #expect(abs(times.reduce(0, +) - sum) < 1e-9 * sum + 1e-9)
    let median = try #require(report.number("median_ms"))
    let between = try #require(report.number("between_ms"))
    // A run is no shorter than its parts. On a busy machine it is much longer: what interrupts runs misses most nodes.
    #expect(sum > 0 && between > 0 && sum + between < 1.5 * median)
    let shares = try (0..<nodes).map { try #require(report.number("nodes", $0, "share")) }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
    let operators = try #require(report.count("operators"))
    let counts = try (0..<operators).map { try #require(report.number("operators", $0, "count")) }
    #expect(counts.reduce(0, +) == Double(nodes))
    let grouped = try (0..<operators).map { try #require(report.number("operators", $0, "ms")) }
    #expect(grouped == grouped.sorted(by: >))
    #expect(abs(grouped.reduce(0, +) - sum) < 1e-9 * sum + 1e-9)
  }

  @Test func aQuantizedModelIsProfiledInIntegers() async throws {
    let folder = try TemporaryFolder()
    let source = "\(fixtures)/digits_cnn"
    let conversion = try await quantize(
      "\(source)/model.onnx", "--to", "int8", "--calib", "\(source)/calib.npz", "-o", "model.int8.onnx", in: folder)
    #expect(conversion.status == 0)
    let report = try await profile(
      "model.int8.onnx", "--data", "\(source)/test.npz", "--batch", "4", "--iterations", "3", in: folder)
    let nodes = try #require(report.count("nodes"))
    let convolutions = (0..<nodes).filter { report.text("nodes", $0, "operator") == "QLinearConv" }
    #expect(convolutions.count == 9)
    for node in convolutions {
      #expect(report.text("nodes", node, "arithmetic") == "integer")
      #expect(report.text("nodes", node, "kernel")?.hasPrefix("convolution u8s8 ") == true)
      #expect(report.number("nodes", node, "gops") ?? 0 > 0)
      #expect(report.text("nodes", node, "name")?.isEmpty == false)
    }
    let islands = try #require(
      (0..<(report.count("passes") ?? 0)).first { report.text("passes", $0, "name") == "integer-islands" })
    let before = try #require(report.number("passes", islands, "nodes_before"))
    #expect(before > (try #require(report.number("passes", islands, "nodes_after"))))
  }

  @Test func theTableShowsTheMostExpensiveNodesAndSaysHowManyAreLeftOut() async throws {
    let folder = try TemporaryFolder()
    let model = "\(fixtures)/digits_vit/model.onnx"
    let some = try await quantize("profile", model, "--iterations", "3", "--threads", "1", in: folder)
    #expect(some.status == 0)
    #expect(
      some.errors == "warning: inputs were made up: what depends on their values may take another time on real data\n")
    #expect(some.lines[0] == "\(model): 3 iterations of batch 1, 1 thread")
    #expect(some.lines[3].split(separator: " ").prefix(3) == ["node", "operator", "ms"])
    let rest = try #require(some.lines.first { $0.hasSuffix(" ms: --all shows them") })
    let hidden = try #require(Int(rest.prefix { $0.isNumber }))
    let shown = try #require(some.lines.firstIndex(of: rest)) - 4
    #expect(shown == 15)
    let all = try await quantize("profile", model, "--iterations", "3", "--threads", "1", "--all", in: folder)
    #expect(all.status == 0)
    #expect(try #require(all.lines.dropFirst(3).firstIndex(of: "")) - 4 == shown + hidden)
    for start in ["run          ", "peaks        float32 ", "activations  ", "weights      ", "pass "] {
      #expect(all.lines.contains { $0.hasPrefix(start) })
    }
  }

  @Test func theReportGoesToAFileOnDemand() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("profile", "tiny.onnx", "--iterations", "2", "--json", "report.json", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines[0].hasPrefix("tiny.onnx: 2 iterations of batch 1, "))
    #expect(try JSONReport(folder.bytes(of: "report.json")).text("nodes", 0, "name") == "fc")
    #expect(folder.contents == ["report.json", "tiny.onnx"])
  }

  @Test func aBatchThatTheDataFixIsReported() async throws {
    let outcome = try await quantize(
      "profile", "tiny.onnx", "--data", "calib.npz", "--batch", "1000000000", "--iterations", "2",
      in: TemporaryFolder("tiny.onnx", "calib.npz"))
    #expect(outcome.status == 0)
    #expect(outcome.errors == "warning: the batch is 16: the model or the data fix it\n")
  }

  @Test func aFileOfTensorsHasNothingToProfile() async throws {
    let file = "\(fixtures)/seed_mlp/model.safetensors"
    try await expectRejection(
      "profile \(file)", status: 65, "\(file): holds tensors without a graph, expected a model that can run",
      in: TemporaryFolder())
  }

  @Test func aModelThatIsMissingIsRefused() async throws {
    try await expectRejection(
      "profile absent.onnx", status: 66, "absent.onnx: no such file", in: TemporaryFolder())
  }

  @Test(arguments: ["profile", "bench", "verify tiny.onnx"])
  func aBatchThatCannotFitInMemoryIsRefused(command: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let words = command.split(separator: " ").map(String.init) + ["tiny.onnx", "--batch", "400000000000"]
    let outcome = try await quantize(words, in: folder)
    #expect(outcome.status == 64)
    // 4 inputs and 3 outputs of 4 bytes.
    #expect(
      outcome.errors.hasPrefix(
        "error: tiny.onnx: a batch of 400000000000 needs about 11200 GB for activations, more than the "))
    #expect(outcome.errors.hasSuffix(" GB of this machine\n"))
  }

  @Test func aBatchBeyondAllNumbersIsRefused() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("profile", "tiny.onnx", "--batch", "9223372036854775807", in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("error: tiny.onnx: a batch of 9223372036854775807 needs about "))
  }
}
