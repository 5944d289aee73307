import Foundation
import Testing

@Suite struct RunTests {
  @Test func runWritesEveryOutputUnderItsName() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize("run", "tiny.onnx", "--data", "calib.npz", "-o", "out.npz", in: folder)
    #expect(outcome.status == 0)
    #expect(Array(outcome.lines.prefix(2)) == ["output  type     shape", "y       float32  [16, 3]"])
    #expect(outcome.errors == "")
    // The archive starts with the member y.npy, whose data are 16 · 3 floats after a header.
    let archive = try folder.bytes(of: "out.npz")
    #expect(archive.range(of: Data("y.npy".utf8)) != nil)
    #expect(archive.range(of: Data("'shape': (16, 3)".utf8)) != nil)
  }

  @Test func aSampleThatIsNotThereIsRefused() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize(
      "run", "tiny.onnx", "--data", "calib.npz", "-o", "out.npz", "--sample", "9", in: folder)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "error: calib.npz: sample 9 is asked for, but samples 0 to 0 are what there is to run\n")
    #expect(folder.contents == ["calib.npz", "tiny.onnx"])
  }

  @Test func anOutputInNoFolderIsRefused() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize("run", "tiny.onnx", "--data", "calib.npz", "-o", "no/out.npz", in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.errors == "error: no/out.npz: cannot write: there is no folder \"no\"\n")
  }
}
