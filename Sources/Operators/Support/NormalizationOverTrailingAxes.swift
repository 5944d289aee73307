import Tensors

/// A normalisation over the axes from some axis on, with an elementwise scale and an optional bias: what
/// LayerNormalization, RMSNormalization and their relatives share.
struct AxisNormalization {
  let axis: Int
  let epsilon: Float
  /// Whether the mean is taken off first.
  let centers: Bool
  /// Whether the node has outputs besides the first.
  let wantsMoments: Bool

  init(_ node: NodeReader, axis: Int, defaultEpsilon: Float = 1e-5, centers: Bool) throws(OperatorError) {
    self.axis = axis
    self.centers = centers
    epsilon = try node.float("epsilon", default: defaultEpsilon)
    wantsMoments = node.outputCount > 1
  }

  /// The outputs: the result, and where they are wanted the mean and 1 / √(variance + ε) of each row in float32.
  struct Result {
    let output: Tensor
    let moments: (means: Tensor, inverseDeviations: Tensor)?
  }

  /// `scale` and `bias` are the positions of these inputs, both broadcast to the shape of `tensor`, which is that of
  /// input 0.
  func apply<Element: RealElement>(
    to tensor: Tensor, _ inputs: OperatorInputs, scale: Int, bias: Int?, as: Element.Type
  ) throws(OperatorError) -> Result {
    let shape = tensor.shape
    let axis = try shape.requireAxis(axis)
    let rowShape = shape.dimensions[axis...]
    let normalization = RowNormalization(
      rowCount: shape.count(of: 0..<axis), rowLength: rowShape.reduce(1, *), epsilon: epsilon, centers: centers)
    let biases = bias.flatMap(inputs.optional)
    let momentShape = Shape(shape.dimensions[..<axis] + rowShape.map { _ in 1 })

    if inputs[scale].shape.isRow(rowShape), biases?.shape.isRow(rowShape) ?? true {
      let result = normalization.apply(
        to: tensor, scale: inputs[scale], bias: biases, wantsMoments: wantsMoments, as: Element.self,
        with: inputs.compute)
      return Result(output: result.rows, moments: result.moments(of: momentShape, wanted: wantsMoments))
    }
    let result = normalization.apply(
      to: tensor, wantsMoments: wantsMoments, as: Element.self, with: inputs.compute)
    var output = try inputs.multiplying(result.rows, by: scale, as: Element.self)
    if let bias { output = try inputs.adding(bias, to: output, as: Element.self) }
    return Result(output: output, moments: result.moments(of: momentShape, wanted: wantsMoments))
  }
}

extension RowNormalization.Result {
  fileprivate func moments(of shape: Shape, wanted: Bool) -> (means: Tensor, inverseDeviations: Tensor)? {
    guard wanted else { return nil }
    return moments.map { ($0.means.reshaped(shape), $0.inverseDeviations.reshaped(shape)) }
  }
}

extension Shape {
  /// Whether a tensor of this shape holds one element for each of the last axes, which have these dimensions.
  func isRow(_ row: ArraySlice<Int>) -> Bool {
    rank >= row.count && dimensions.suffix(row.count) == row && dimensions.dropLast(row.count).allSatisfy { $0 == 1 }
  }
}
