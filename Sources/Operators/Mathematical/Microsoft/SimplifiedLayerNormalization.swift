import Tensors

/// SimplifiedLayerNormalization: x / √(mean of x² + ε) · scale, the mean being taken over the axes from `axis` on.
///
/// ONNX Runtime writes it into the domain of ONNX itself, under version 1; RMSNormalization is its successor there.
/// The optional output is 1 / √(mean of x² + ε), in float32.
struct SimplifiedLayerNormalization: RealOperator {
  static let schema = OperatorSchema(
    "SimplifiedLayerNormalization", inputs: 2...2, outputs: [.sameAsInput(1), .fixed(.float32)], bfloat16Since: 1)

  private let normalization: AxisNormalization

  init(_ node: NodeReader) throws(OperatorError) {
    normalization = try AxisNormalization(node, axis: try node.int("axis", default: -1), centers: false)
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let result = try normalization.apply(to: inputs[0], inputs, scale: 1, bias: nil, as: Element.self)
    guard let moments = result.moments else { return [result.output] }
    return [result.output, moments.inverseDeviations]
  }
}
