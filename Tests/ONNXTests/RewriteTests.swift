import FormatKit
import Foundation
import ONNX
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Rewrites the models of a folder for `Scripts/check-onnx-round-trip.py`, which compares them with the originals.
@Suite struct RewriteTests {
  @Test(.enabled(if: environment["ONNX_REWRITE_FROM"] != nil, "run by Scripts/check-onnx-round-trip.py"))
  func modelsOfAFolderAreRewritten() throws {
    let source = environment["ONNX_REWRITE_FROM"] ?? ""
    let target = environment["ONNX_REWRITE_TO"] ?? ""
    let names = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".onnx") }
    for name in names.sorted() {
      do {
        let model = try ONNXFormat.read(MappedFile.open("\(source)/\(name)"), at: "\(source)/\(name)")
        #expect(try ONNXFormat.write(model, to: "\(target)/\(name)") > 0)
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }
}
