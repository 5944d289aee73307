import Testing

/// Options that make no sense, alone or together.
@Suite struct OptionRejectionTests {
  static let requests = [
    ("tiny.onnx", "Missing expected argument '--to <type>'"),
    (
      "tiny.onnx --to int4",
      "The value 'int4' is invalid for '--to <type>'. Please provide one of 'int8', 'fp16' or 'bf16'."
    ),
    (
      "tiny.onnx --to int8 --calibration magic",
      "--calibration is \"magic\", expected one of minmax, percentile-99.99, percentile-99.999"
    ),
    ("tiny.onnx --to int8 --batch 0", "--batch is 0, expected 1 or more"),
    ("tiny.onnx --to fp16 --threads 0", "--threads is 0, expected 1 to 1024"),
    ("tiny.onnx --to int8 --calib calib.npz --io fp16", "--io fp16 goes with --to fp16 or bf16, not with --to int8"),
    ("tiny.onnx --to fp16 --quantize-all", "--quantize-all goes with --to int8"),
    ("verify tiny.onnx tiny.onnx --batch 0", "--batch is 0, expected 1 or more"),
    ("bench tiny.onnx --iterations 0", "--iterations is 0, expected 1 or more"),
    ("bench tiny.onnx --batch 0", "--batch is 0, expected 1 or more"),
    ("profile tiny.onnx --batch 0", "--batch is 0, expected 1 or more"),
    ("profile tiny.onnx --iterations=-3", "--iterations is -3, expected 1 or more"),
    ("profile tiny.onnx --threads 1025", "--threads is 1025, expected 1 to 1024"),
    ("profile", "Missing expected argument '<model>'"),
  ]

  @Test(arguments: requests) func requestThatMakesNoSense(_ request: String, _ message: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize(request.split(separator: " ").map(String.init), in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.split(separator: "\n").first.map { String($0) } == "Error: \(message)")
    #expect(folder.contents == ["tiny.onnx"])
  }

  @Test(arguments: ["int8 --calib calib.npz", "fp16"]) func excludedNodesStayFloat(target: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let words = "tiny.onnx --to \(target) --exclude fc".split(separator: " ").map(String.init)
    let outcome = try await quantize(words, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains { $0.hasSuffix(": excluded  Gemm 1") })
  }

  @Test(arguments: ["int8 --calib calib.npz", "fp16"])
  func excludedNamesThatNoNodeBearsAreReported(target: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let words = "tiny.onnx --to \(target) --exclude nothing".split(separator: " ").map(String.init)
    let outcome = try await quantize(words, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: excluded name \"nothing\" is not that of a node\n"))
  }

  @Test func modelsWithDifferentInputsCannotBeCompared() async throws {
    try await expectRejection(
      "verify tiny.onnx two_inputs.onnx", status: 65,
      "two_inputs.onnx: takes inputs \"ids\", \"x\", the reference inputs \"x\"",
      in: TemporaryFolder("tiny.onnx", "two_inputs.onnx"))
  }

  @Test func aTensorFileCannotRun() async throws {
    let file = "\(fixtures)/seed_mlp/model.safetensors"
    try await expectRejection(
      "run \(file) --data calib.npz -o out.npz", status: 65,
      "\(file): holds tensors without a graph, expected a model that can run", in: TemporaryFolder("calib.npz"))
  }
}
