import Tensors

/// A normalisation over the axes from some axis on, with an elementwise scale and an optional bias: what
/// LayerNormalization, RMSNormalization and their relatives share.
struct AxisNormalization {
  let axis: Int
  let epsilon: Float
  /// Whether the mean is taken off first.
  let centers: Bool

  /// The result and, per row, what it was normalised by. `scale` and `bias` are the positions of these inputs, both
  /// broadcast to the shape of `tensor`, which is that of input 0.
  func apply<Element: RealElement>(
    to tensor: Tensor, _ inputs: OperatorInputs, scale: Int, bias: Int?, as: Element.Type
  ) throws(OperatorError) -> Result {
    let shape = tensor.shape
    let axis = try shape.requireAxis(axis)
    let normalization = RowNormalization(
      rowCount: shape.count(of: 0..<axis), rowLength: shape.count(of: axis..<shape.rank), epsilon: Double(epsilon),
      centers: centers)
    let (rows, moments) = normalization.apply(to: tensor, as: Element.self)
    var output = try inputs.multiplying(rows, by: scale, as: Element.self)
    if let bias { output = try inputs.adding(bias, to: output, as: Element.self) }
    return Result(
      output: output, moments: moments,
      momentShape: Shape(shape.dimensions[..<axis] + shape.dimensions[axis...].map { _ in 1 }))
  }

  struct Result {
    let output: Tensor
    fileprivate let moments: [RowNormalization.Moments]
    fileprivate let momentShape: Shape

    fileprivate init(output: Tensor, moments: [RowNormalization.Moments], momentShape: Shape) {
      self.output = output
      self.moments = moments
      self.momentShape = momentShape
    }

    /// The mean of each row, in float32.
    var means: Tensor { tensor { $0.mean } }

    /// 1 / √(variance + ε) of each row, in float32.
    var inverseDeviations: Tensor { tensor { $0.inverseDeviation } }

    private func tensor(_ value: (RowNormalization.Moments) -> Double) -> Tensor {
      Tensor(momentShape, moments.map { Float(value($0)) })
    }
  }
}
