import Foundation
import Testing

@Suite struct BatchTests {
  private func makeTree() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = try TemporaryFolder("tiny.onnx", "cycle.onnx", "two_inputs.onnx", "calib.npz", "two_inputs.npz")
    for (original, name) in [
      ("tiny.onnx", "tree/a/one.onnx"), ("cycle.onnx", "tree/b/bad.onnx"), ("two_inputs.onnx", "tree/two.onnx"),
      ("calib.npz", "data/a/one.npz"), ("calib.npz", "data/calib.npz"), ("two_inputs.npz", "data/two.npz"),
      ("calib.npz", "data/bad.npz"),
    ] {
      try folder.copy(source[original], as: name)
    }
    return folder
  }

  @Test func aBrokenModelDoesNotStopTheRest() async throws {
    let folder = try makeTree()
    let outcome = try await quantize("batch", "tree", "--to", "int8", "--calib", "data", "-o", "out", in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.errors == "error: tree/b/bad.onnx: node \"forth\" (Add): it depends on its own output\n")
    #expect(outcome.lines[0].hasPrefix("file        result  "))
    #expect(outcome.lines[1].hasPrefix("a/one.onnx  done, INT8 is not expected to be faster for this model  "))
    #expect(outcome.lines[2].hasPrefix("b/bad.onnx  failed: node \"forth\" (Add): it depends on its own output  "))
    #expect(outcome.lines[3].hasPrefix("two.onnx    done, "))
    #expect(outcome.lines[4] == "2 converted, 1 failed")
    let results = folder.contents.filter { $0.hasPrefix("out/") && $0.hasSuffix(".onnx") }
    #expect(results == ["out/a/one.int8.onnx", "out/two.int8.onnx"])
  }

  @Test func resultsLieBesideTheInputsAndAreNotConvertedAgain() async throws {
    let folder = try makeTree()
    try FileManager.default.removeItem(atPath: folder["tree/b"])
    for _ in 0..<2 {
      let outcome = try await quantize("batch", "tree", "--to", "fp16", "--force", in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.lines.contains("2 converted, 0 failed"))
    }
    let tree = folder.contents.filter { $0.hasPrefix("tree") && $0.hasSuffix(".onnx") }
    #expect(tree == ["tree/a/one.fp16.onnx", "tree/a/one.onnx", "tree/two.fp16.onnx", "tree/two.onnx"])
  }

  @Test func aModelWithoutItsDataFailsByItself() async throws {
    let folder = try makeTree()
    try FileManager.default.removeItem(atPath: folder["tree/b"])
    try FileManager.default.removeItem(atPath: folder["data/two.npz"])
    try FileManager.default.removeItem(atPath: folder["data/calib.npz"])
    let outcome = try await quantize("batch", "tree", "--to", "int8", "--calib", "data", in: folder)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "error: data: holds no data for two.onnx: looked for two.npz, calib.npz, two.npz and the like\n")
    #expect(outcome.lines.contains("1 converted, 1 failed"))
  }

  @Test func aFolderWithoutModelsIsRefused() async throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("hollow")
    let outcome = try await quantize("batch", "hollow", "--to", "fp16", in: folder)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors == "error: hollow: holds no model: no file that ends in .onnx or .safetensors\n")
  }

  @Test func aFolderThatIsMissingIsRefused() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let missing = try await quantize("batch", "absent", "--to", "fp16", in: folder)
    #expect(missing.status == 66)
    #expect(missing.errors == "error: absent: no such file or folder\n")
    let file = try await quantize("batch", "tiny.onnx", "--to", "fp16", in: folder)
    #expect(file.status == 64)
    #expect(file.errors == "error: tiny.onnx: is a file, expected a folder\n")
  }
}
