import Tensors

/// Flatten (ONNX 1, 9, 11, 13, …): a matrix whose rows are the axes before `axis` and whose columns are the rest.
struct Flatten: Operator {
  static let schema = OperatorSchema("Flatten", inputs: 1...1, acceptsHalf: true)

  private let axis: Int

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis", default: 1) }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let shape = input.shape
    let split = axis == shape.rank ? axis : try shape.axisAttribute(axis)
    let matrix = Shape([shape.count(of: 0..<split), shape.count(of: split..<shape.rank)])
    return [input.reshaped(matrix)]
  }
}
