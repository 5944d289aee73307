import Engine
import Foundation
import ModelTesting
import Testing

/// Larger models that may lie beside a checkout, in `shared/models`. Without them these tests are skipped.
@Suite struct SharedModelTests {
  static let folder = URL(fileURLWithPath: repository).appendingPathComponent("../shared/models").standardized.path

  static let models: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { "\(folder)/\($0)/model.onnx" }.filter { FileManager.default.fileExists(atPath: $0) }
  }()

  @Test(.enabled(if: !models.isEmpty, "there is no folder ../shared/models"), arguments: models)
  func everyModelCompiles(path: String) throws {
    let model = try readModel(path)
    let session = try Session(model, compute: referenceCompute)
    #expect(session.inputs.count == model.requiredInputs.count)
    #expect(session.outputs.count == model.main.outputs.count)
  }
}
