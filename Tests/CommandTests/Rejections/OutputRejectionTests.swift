import Foundation
import Testing

/// Outputs that would destroy something or cannot be written.
@Suite struct OutputRejectionTests {
  @Test func outputInAFolderThatIsMissing() async throws {
    try await expectRejection(
      "tiny.onnx --to fp16 -o nowhere/out.onnx", status: 74,
      "nowhere/out.onnx: cannot write: there is no folder \"nowhere\"", in: TemporaryFolder("tiny.onnx"))
  }

  @Test func outputInAFolderThatIsMissingIsFoundBeforeAnyWork() async throws {
    try await expectRejection(
      "tiny.onnx --to int8 --calib absent.npz -o nowhere/out.onnx", status: 74,
      "nowhere/out.onnx: cannot write: there is no folder \"nowhere\"", in: TemporaryFolder("tiny.onnx"))
  }

  @Test func outputThatExists() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    try folder.write("precious".utf8, to: "out.onnx")
    try await expectRejection(
      "tiny.onnx --to fp16 -o out.onnx", status: 64,
      "out.onnx: exists already; replace it with --force or name another with -o", in: folder)
    #expect(try folder.bytes(of: "out.onnx") == Data("precious".utf8))
    let forced = try await quantize("tiny.onnx", "--to", "fp16", "-o", "out.onnx", "--force", in: folder)
    #expect(forced.status == 0)
    #expect(try folder.bytes(of: "out.onnx") != Data("precious".utf8))
  }

  @Test(arguments: ["tiny.onnx", "./tiny.onnx", "link.onnx", "sub/../tiny.onnx"])
  func outputThatIsTheInput(output: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    try folder.makeFolder("sub")
    try folder.link("link.onnx", to: "tiny.onnx")
    let before = try folder.bytes(of: "tiny.onnx")
    try await expectRejection(
      "tiny.onnx --to fp16 --force -o \(output)", status: 64,
      "\(output): is the input itself; name another output with -o", in: folder)
    #expect(try folder.bytes(of: "tiny.onnx") == before)
  }

  @Test func inputThatIsALinkToTheOutput() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    try folder.link("link.onnx", to: "tiny.onnx")
    try await expectRejection(
      "link.onnx --to fp16 --force -o tiny.onnx", status: 64,
      "tiny.onnx: is the input itself; name another output with -o", in: folder)
  }

  @Test func outputThatIsAFolder() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    try folder.makeFolder("out.onnx")
    try await expectRejection(
      "tiny.onnx --to fp16 --force -o out.onnx", status: 64, "out.onnx: is a directory, expected a file name",
      in: folder)
  }

  @Test func aFailedConversionLeavesAnOlderResultAlone() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "wrong_name.npz")
    try folder.write("older".utf8, to: "tiny.int8.onnx")
    let outcome = try await quantize(
      "tiny.onnx", "--to", "int8", "--calib", "wrong_name.npz", "--force", in: folder)
    #expect(outcome.status == 65)
    #expect(try folder.bytes(of: "tiny.int8.onnx") == Data("older".utf8))
    #expect(folder.contents == ["tiny.int8.onnx", "tiny.onnx", "wrong_name.npz"])
  }
}
