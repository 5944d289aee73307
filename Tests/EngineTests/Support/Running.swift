import Engine
import FormatKit
import Foundation
import Kernels
import ModelGraph
import ModelTesting
import ONNX
import Operators
import Samples
import Tensors

let referenceCompute = Compute(tier: .reference, threads: 1)
let context = PassContext(registry: .standard, compute: referenceCompute)

/// Compiles and runs a model.
func run(
  _ model: Model, _ inputs: [Tensor], passes: [any GraphPass] = [], compute: Compute = referenceCompute
) throws(EngineError) -> [Tensor] {
  try Session(model, passes: passes, compute: compute).run(inputs)
}

extension Model {
  /// The model after a pass.
  func applying(_ passes: any GraphPass...) throws(EngineError) -> Model {
    var model = self
    for pass in passes { try pass.apply(to: &model, context) }
    return model
  }
}

/// The error that `body` throws, as text; what happened instead otherwise.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// A model of the fixtures with the samples and results that ONNX Runtime gave for them.
struct Fixture: Sendable {
  let name: String
  static let all = [
    "digits_cnn", "digits_cnn_bn", "digits_dw_unbalanced", "digits_dwcnn", "digits_lstm", "digits_mlp", "digits_unet",
    "digits_vit", "seed_mlp",
  ]

  func model() throws -> Model { try readModel("\(folder)/model.onnx") }

  /// The eight samples and the expected outputs.
  func golden(for model: Model) throws -> (inputs: [Tensor], outputs: [Tensor]) {
    let inputs = model.requiredInputs
    let specifications = (inputs + model.main.outputs).map { id in
      InputSpecification(
        name: model[id].name, type: .float32,
        dimensions: model[id].dimensions?.enumerated().map { axis, dimension in
          axis == 0 ? .free("batch") : dimension.fixed.map { .fixed($0) } ?? .free(nil)
        })
    }
    let tensors = try Samples.open("\(folder)/golden.npz", inputs: specifications).batch(0)
    return (Array(tensors.prefix(inputs.count)), Array(tensors.dropFirst(inputs.count)))
  }

  private var folder: String { "\(repository)/fixtures/\(name)" }
}

let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
  .standardized.path

func readModel(_ path: String) throws -> Model {
  try ONNXFormat.read(MappedFile.open(path), at: path)
}
