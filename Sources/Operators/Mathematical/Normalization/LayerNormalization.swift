import Tensors

/// LayerNormalization (ONNX 17): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over the axes
/// from `axis` on (Ba, Kiros and Hinton, "Layer Normalization").
///
/// The optional outputs are the mean and 1 / √(variance + ε), in float32.
struct LayerNormalization: RealOperator {
  static let schema = OperatorSchema(
    "LayerNormalization", versions: 17...newestOpset, inputs: 2...3,
    outputs: [.sameAsInput(0), .fixed(.float32), .fixed(.float32)], float16Since: 17, bfloat16Since: 17)

  private let axis: Int
  private let epsilon: Float

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: -1)
    epsilon = try node.float("epsilon", default: 1e-5)
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let shape = inputs[0].shape
    let axis = try shape.requireAxis(axis)
    let normalization = RowNormalization(
      rowLength: shape.count(of: axis..<shape.rank), epsilon: Double(epsilon), centers: true)
    let (rows, moments) = normalization.apply(to: inputs[0], as: Element.self)
    let scaled = try inputs.scale(rows, by: 1, plus: 2, as: Element.self)
    guard normalization.rowLength > 0 else { return [scaled] }
    let momentShape = Shape(shape.dimensions[..<axis] + shape.dimensions[axis...].map { _ in 1 })
    return [
      scaled, Tensor(momentShape, moments.map { Float($0.mean) }),
      Tensor(momentShape, moments.map { Float($0.inverseDeviation) }),
    ]
  }
}
