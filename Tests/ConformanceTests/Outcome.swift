import Engine
import FormatKit
import Kernels
import ModelGraph
import ONNX
import Tensors

/// What became of a case.
enum Outcome: Equatable, CustomStringConvertible {
  case passes
  /// The engine declines the model, and says why.
  case unsupported(String)
  /// The engine runs the model and gets another result.
  case differs(String)

  init(of test: BackendCase, compute: Compute) {
    do {
      self = try Self.run(test, compute: compute).map(Outcome.differs) ?? .passes
    } catch let error as FormatError {
      self = .unsupported(error.message)
    } catch {
      self = .unsupported("\(error)")
    }
  }

  /// As it stands in the manifest.
  var description: String {
    switch self {
    case .passes: "pass"
    case .unsupported(let reason): "unsupported: \(reason)"
    case .differs(let difference): "differs: \(difference)"
    }
  }

  /// The first difference from what is expected; nil where there is none.
  private static func run(_ test: BackendCase, compute: Compute) throws -> String? {
    let model = try ONNXFormat.read(test.model, at: "model.onnx")
    let session = try Session(model, compute: compute)
    for data in test.dataSets {
      let results = try session.run(try inputs(of: model, data), observing: nil)
      guard results.count == data.outputs.count else { return "\(results.count) outputs" }
      for (index, (result, file)) in zip(results, data.outputs).enumerated() {
        let expected = try ONNXTensorFile.read(file).tensor
        if let difference = test.tolerance.difference(of: result, from: expected) {
          return "output \(index): \(difference)"
        }
      }
    }
    return nil
  }

  /// The tensors that a session wants: the suite also gives values to inputs that have an initializer.
  private static func inputs(of model: Model, _ data: BackendCase.DataSet) throws -> [Tensor] {
    try zip(model.main.inputs, data.inputs)
      .filter { model[$0.0].constant == nil }
      .map { try ONNXTensorFile.read($0.1).tensor }
  }
}
