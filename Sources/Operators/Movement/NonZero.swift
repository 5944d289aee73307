import Tensors

/// NonZero (ONNX 9, 13): the positions of the elements other than zero, one column each, in row-major order.
///
/// A scalar has no axes, so that its result has no rows: [0, 1] or [0, 0].
struct NonZero: Operator {
  static let schema = OperatorSchema(
    "NonZero", versions: 9...newestOpset, inputs: 1...1, outputs: [.fixed(.int64)], acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let truth = try inputs[0].cast(to: .bool, inputs.compute)
    let span = truth.span(of: Boolean.self)
    let positions = span.indices.filter { span[$0].value }
    let shape = truth.shape
    let strides = shape.strides
    var result: [Int64] = []
    for axis in shape.dimensions.indices {
      for position in positions { result.append(Int64(position / strides[axis] % shape[axis])) }
    }
    return [Tensor([shape.rank, positions.count], result)]
  }
}
