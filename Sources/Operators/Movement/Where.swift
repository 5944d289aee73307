import Kernels
import Tensors

/// Where (ONNX 9, 16): input 1 where the condition holds and input 2 elsewhere, all three broadcast.
struct Where: Operator {
  static let schema = OperatorSchema(
    "Where", versions: 9...newestOpset, inputs: 3...3, outputs: [.sameAsInput(1)], bfloat16Since: 16,
    acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let condition = try inputs.tensor(0, of: .bool)
    let (chosen, other) = (inputs[1], try inputs.tensor(2, ofTypeOf: 1))
    let shapes = [condition.shape, chosen.shape, other.shape]
    guard let dimensions = Shape.common(of: shapes) else {
      throw OperatorError(
        .input, "the inputs have shapes \(shapes[0]), \(shapes[1]) and \(shapes[2]), which cannot be broadcast")
    }
    let shape = try chosen.type.outputShape(dimensions)
    let layout = OperandLayout(dimensions, strides: shapes.map { $0.repeatingStrides(to: shape) })
    return [
      try Choice(
        condition: condition, chosen: chosen.aligned(), other: other.aligned(), shape: shape, layout: layout,
        compute: inputs.compute
      ).result(of: chosen.type)
    ]
  }
}

private struct Choice: BitMovement {
  let condition: Tensor
  let chosen: Tensor
  let other: Tensor
  let shape: Shape
  let layout: OperandLayout
  let compute: Compute

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      compute.choose(
        Shape(layout.dimensions), where: condition.span(of: Boolean.self), chosen.bits(as: Bits.self),
        other.bits(as: Bits.self), layouts: layout.strides.map { StridedLayout(strides: $0) }, into: &output)
    }
  }
}
