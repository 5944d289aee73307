import Engine
import Foundation
import Kernels
import ModelGraph
import ONNX
import Operators
import Tensors
import Testing

/// What is said of shapes before a run, against the results that the ONNX backend test suite has.
@Suite struct ShapeInferenceTests {
  @Test func whatIsSaidOfAShapeIsTrue() throws {
    let archive = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../fixtures/onnx-backend/cases.zip")
    let context = PassContext(registry: .standard, compute: Compute(tier: .reference, threads: 1))
    var operators = Set<String>()
    for test in try BackendCase.readAll(archive.path) {
      guard let data = test.dataSets.first, var model = try? ONNXFormat.read(test.model, at: "model.onnx") else {
        continue
      }
      fixIntegers(of: &model, data)
      let results = model.main.outputs
      let shapes = results.map { askForShape(of: $0, in: &model) }
      try ShapeFolding().apply(to: &model, context)
      for (index, file) in data.outputs.enumerated() where index < results.count {
        guard let said = model[shapes[index]].constant, let tensor = try? ONNXTensorFile.read(file).tensor else {
          continue
        }
        #expect(said.array(of: Int64.self) == tensor.shape.dimensions.map { Int64($0) }, "\(test.name)")
        operators.formUnion(model.main.nodes.map(\.operatorName.type))
      }
    }
    let expected: Set = [
      "Add", "AveragePool", "BatchNormalization", "Cast", "Concat", "ConstantOfShape", "Conv", "Expand", "Flatten",
      "Gather", "Gemm", "GlobalAveragePool", "MatMul", "MaxPool", "Pad", "Range", "ReduceMean", "Relu", "Reshape",
      "Resize", "Slice", "Softmax", "Split", "Squeeze", "Transpose", "Unsqueeze", "Where",
    ]
    #expect(expected.subtracting(operators) == [], "nothing is said of these")
  }

  /// Makes the inputs that hold integers constants, as shapes and axes are in models.
  private func fixIntegers(of model: inout Model, _ data: BackendCase.DataSet) {
    for (input, file) in zip(model.main.inputs, data.inputs) {
      guard let tensor = try? ONNXTensorFile.read(file).tensor, tensor.type == .int64 else { continue }
      model[input].constant = tensor
    }
  }

  private func askForShape(of value: ValueID, in model: inout Model) -> ValueID {
    let shape = model.add(Value(name: ""))
    model.main.nodes.append(Node(OperatorName("Shape"), inputs: [value], outputs: [shape]))
    return shape
  }
}
