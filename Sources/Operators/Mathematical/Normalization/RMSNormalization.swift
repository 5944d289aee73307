import Tensors

/// RMSNormalization (ONNX 23): x / √(mean of x² + ε) · scale, the mean being taken over the axes from `axis` on
/// (Zhang and Sennrich, "Root Mean Square Layer Normalization").
struct RMSNormalization: RealOperator {
  static let schema = OperatorSchema(
    "RMSNormalization", versions: 23...newestOpset, inputs: 2...2, outputs: [.sameAsInput(1)], float16Since: 23,
    bfloat16Since: 23)

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
      rowLength: shape.count(of: axis..<shape.rank), epsilon: Double(epsilon), centers: false)
    let rows = normalization.apply(to: inputs[0], as: Element.self).rows
    return [try inputs.scale(rows, by: 1, plus: nil, as: Element.self)]
  }
}
