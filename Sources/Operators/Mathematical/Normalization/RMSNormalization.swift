import Tensors

/// RMSNormalization (ONNX 23): x / √(mean of x² + ε) · scale, the mean being taken over the axes from `axis` on
/// (Zhang and Sennrich, "Root Mean Square Layer Normalization").
struct RMSNormalization: RealOperator {
  static let schema = OperatorSchema(
    "RMSNormalization", versions: 23...newestOpset, inputs: 2...2, outputs: [.sameAsInput(1)], float16Since: 23,
    bfloat16Since: 23)

  private let normalization: AxisNormalization

  init(_ node: NodeReader) throws(OperatorError) {
    normalization = try AxisNormalization(node, axis: try node.int("axis", default: -1), centers: false)
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    return [try normalization.apply(to: inputs[0], inputs, scale: 1, bias: nil, as: Element.self).output]
  }
}
