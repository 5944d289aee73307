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
    var positions: [Int] = []
    for index in 0..<span.count where span[index].value { positions.append(index) }
    let shape = truth.shape
    let strides = shape.strides
    let result = Tensor([shape.rank, positions.count], of: Int64.self) { output in
      for axis in shape.dimensions.indices {
        let (stride, size) = (strides[axis], shape[axis])
        for index in positions.indices {
          output[axis * positions.count + index] = Int64(positions[index] / stride % size)
        }
      }
    }
    return [result]
  }
}
