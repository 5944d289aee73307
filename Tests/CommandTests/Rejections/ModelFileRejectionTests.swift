import Foundation
import Testing

/// Files that are no model, and models that are broken. Each target meets them alike.
@Suite struct ModelFileRejectionTests {
  @Test func missingFile() async throws {
    try await expectRejection("absent.onnx --to fp16", status: 66, "absent.onnx: no such file", in: TemporaryFolder())
  }

  @Test func folderInPlaceOfAFile() async throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("folder.onnx")
    try await expectRejection(
      "folder.onnx --to fp16", status: 65, "folder.onnx: is a folder, not a file", in: folder)
  }

  static let contents: [(name: String, text: String, message: String)] = [
    ("empty.onnx", "", "the file is empty"),
    (
      "text.onnx", "hello, this is text\n",
      "not a well-formed ONNX model: byte 2: a field has an impossible type"
    ),
    ("data.xyz", "foo\n", "the format is not known: expected ONNX (.onnx) or safetensors"),
  ]

  @Test(arguments: contents) func fileThatIsNoModel(_ name: String, _ text: String, _ message: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(text.utf8, to: name)
    try await expectRejection("\(name) --to fp16", status: 65, "\(name): \(message)", in: folder)
  }

  /// Where the length that no longer fits stands, for models cut after so many bytes.
  static let cuts = [(5, 3), (50, 12), (100, 12), (186, 182)]

  @Test(arguments: cuts) func modelThatIsCutOff(bytes: Int, position: Int) async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    try folder.write(folder.bytes(of: "tiny.onnx").prefix(bytes), to: "cut.onnx")
    try await expectRejection(
      "cut.onnx --to fp16", status: 65,
      "cut.onnx: not a well-formed ONNX model: byte \(position): a length runs past the end", in: folder)
  }

  static let brokenGraphs = [
    ("cycle", "node \"forth\" (Add): it depends on its own output"),
    ("dangling_input", "node \"fc\" (Gemm): input 0 \"nowhere\" is produced by no node, input or initializer"),
    ("duplicate_names", "node \"second\" (Neg): output 0 \"h\" is already defined in the same graph"),
    ("missing_output", "output 0 \"y\" is produced by no node, input or initializer"),
    ("newer_opset", "opset 99 of ai.onnx is newer than 28, the newest this version reads"),
    ("external_outside", "tensor \"w\": external data \"../outside.bin\": only a file in the model's folder is read"),
    (
      "external_short",
      "tensor \"w\": external data \"short.bin\": 48 bytes are wanted from byte 0, but the file has 20"
    ),
  ]

  @Test(arguments: brokenGraphs, ["int8 --calib calib.npz", "fp16", "bf16"])
  func modelThatIsBroken(_ model: (name: String, message: String), target: String) async throws {
    let folder = try TemporaryFolder("\(model.name).onnx", "calib.npz", "short.bin")
    try await expectRejection(
      "\(model.name).onnx --to \(target)", status: 65, "\(model.name).onnx: \(model.message)", in: folder)
  }

  @Test func externalDataThatIsMissing() async throws {
    try await expectRejection(
      "external_missing.onnx --to fp16", status: 66,
      "external_missing.onnx: tensor \"w\": external data \"absent.bin\": no such file",
      in: TemporaryFolder("external_missing.onnx"))
  }

  /// Nodes with too few inputs are found without a run.
  @Test(arguments: ["fp16", "bf16"]) func nodesWithTooFewInputs(target: String) async throws {
    try await expectRejection(
      "wrong_arity.onnx --to \(target)", status: 65,
      "wrong_arity.onnx: node \"fc\" (Gemm): has 1 inputs, expected 2 to 3", in: TemporaryFolder("wrong_arity.onnx"))
  }

  /// INT8 runs the model, so it finds what only a run can find.
  static let modelsThatCannotRun = [
    ("wrong_arity", "node \"fc\" (Gemm): has 1 inputs, expected 2 to 3"),
    (
      "wrong_shape",
      "node \"fc\" (Gemm): input 1 has shape [5, 3], whose 5 rows do not meet the 4 columns of input 0"
    ),
    ("old_opset", "opset 6 of ai.onnx is older than 7 and cannot be raised to 13"),
    (
      "unknown_operator",
      "node \"odd\" (example.com::Mystery): operator example.com::Mystery of opset 1 is not supported"
    ),
  ]

  @Test(arguments: modelsThatCannotRun) func modelThatCannotRun(_ name: String, _ message: String) async throws {
    try await expectRejection(
      "\(name).onnx --to int8 --calib calib.npz", status: 65, "\(name).onnx: \(message)",
      in: TemporaryFolder("\(name).onnx", "calib.npz"))
  }
}
