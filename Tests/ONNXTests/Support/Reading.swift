import FormatKit
import Foundation
import ModelGraph
import ONNX
import Tensors

func read(_ bytes: [UInt8]) throws(FormatError) -> Model {
  try ONNXFormat.read(Bytes(copying: bytes), at: "model.onnx")
}

/// The message of the error that reading gives; nil where it succeeds.
func readError(_ bytes: [UInt8]) -> String? {
  do throws(FormatError) {
    _ = try read(bytes)
    return nil
  } catch {
    return error.message
  }
}

/// What the writer makes of a model.
func written(_ model: Model) throws -> [UInt8] {
  try withFolder { folder in
    _ = try ONNXFormat.write(model, to: folder + "/model.onnx")
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/model.onnx")))
  }
}

/// Runs `body` with a folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

extension Model {
  /// The names of values; an absent one is a dash.
  func names(_ ids: [ValueID?]) -> [String] { ids.map { $0.map { self[$0].name } ?? "-" } }

  func value(_ name: String) -> Value? { values.first { $0.name == name } }
}
