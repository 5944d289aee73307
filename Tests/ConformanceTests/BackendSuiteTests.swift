import Foundation
import Kernels
import Testing

/// Runs the cases of the ONNX backend test suite and compares what becomes of each with the manifest beside this
/// file. A case that changes is a failure until the manifest says the same: set UPDATE_CONFORMANCE_MANIFEST=1 to
/// write it anew, and read the difference.
@Suite(.serialized) struct BackendSuiteTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let manifest = folder.appending(path: "manifest.txt")
  private static let archive = folder.appending(path: "../../fixtures/onnx-backend/cases.zip")

  @Test func everyCaseComesOutAsTheManifestSays() throws {
    let lines = try outcomes(on: try KernelTier.best())
    if ProcessInfo.processInfo.environment["UPDATE_CONFORMANCE_MANIFEST"] != nil {
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: Self.manifest)
    }
    try compare(lines)
  }

  @Test func theReferenceKernelsComeOutTheSame() throws {
    try compare(try outcomes(on: .reference))
  }

  /// Where an aligned Resize comes to a fractional size, the suite takes that size for the distance between corners,
  /// against the text of the operator, which speaks of the length of the resized tensor, and against ONNX Runtime.
  @Test func onlyResultsInDisputeDiffer() throws {
    let differing = try manifestLines().filter { $0.contains(" differs: ") }.map { $0.split(separator: " ")[0] }
    #expect(
      differing == [
        "test_resize_downsample_scales_cubic_align_corners", "test_resize_downsample_scales_linear_align_corners",
      ])
  }

  private func outcomes(on tier: KernelTier) throws -> [String] {
    let compute = Compute(tier: tier, threads: 1)
    return try BackendCase.readAll(Self.archive.path).map { "\($0.name) \(Outcome(of: $0, compute: compute))" }
  }

  private func manifestLines() throws -> [String] {
    String(decoding: try Data(contentsOf: Self.manifest), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func compare(_ lines: [String]) throws {
    let listed = try manifestLines()
    #expect(Set(lines).subtracting(listed).sorted() == [], "not in the manifest")
    #expect(Set(listed).subtracting(lines).sorted() == [], "only in the manifest")
  }
}
