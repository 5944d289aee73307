import Tensors

/// LayerNormalization (ONNX 17): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over the axes
/// from `axis` on (Ba, Kiros and Hinton, "Layer Normalization").
///
/// The optional outputs are the mean and 1 / √(variance + ε), in float32.
struct LayerNormalization: RealOperator {
  static let schema = OperatorSchema(
    "LayerNormalization", versions: 17...newestOpset, inputs: 2...3,
    outputs: [.sameAsInput(0), .fixed(.float32), .fixed(.float32)], float16Since: 17, bfloat16Since: 17)

  private let normalization: AxisNormalization

  init(_ node: NodeReader) throws(OperatorError) {
    normalization = try AxisNormalization(node, axis: try node.int("axis", default: -1), centers: true)
    try node.requireFloat32Stash()
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let result = try normalization.apply(to: inputs[0], inputs, scale: 1, bias: 2, as: Element.self)
    guard let moments = result.moments else { return [result.output] }
    return [result.output, moments.means, moments.inverseDeviations]
  }
}
