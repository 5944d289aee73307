import Kernels
import Tensors

/// Expand (ONNX 8, 13): repeated along axes of size 1 up to a shape, both shapes being broadcast against each other.
struct Expand: Operator {
  static let schema = OperatorSchema("Expand", versions: 8...newestOpset, inputs: 2...2, acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let requested = try inputs.integers(1)
    guard let other = Shape(validating: requested), let result = Shape.common(of: [inputs[0].shape, other]) else {
      throw .input(1, "asks for shape \(requested), against which \(inputs[0].shape) cannot be broadcast")
    }
    return [try inputs[0].repeated(to: try inputs[0].type.outputShape(result), inputs.compute)]
  }
}

extension Tensor {
  /// This tensor repeated along axes of size 1 to a shape to which it can be broadcast.
  func repeated(to shape: Shape, _ compute: Compute) throws(OperatorError) -> Tensor {
    if shape.count == count { return reshaped(shape) }
    return try StridedCopy(self, shape: shape, strides: self.shape.repeatingStrides(to: shape), compute: compute)
      .result()
  }
}
