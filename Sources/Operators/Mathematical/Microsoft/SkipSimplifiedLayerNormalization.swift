import Tensors

/// SkipSimplifiedLayerNormalization (com.microsoft 1): x / √(mean of x² + ε) · gamma, over the last axis of x = input + skip + bias, the optional bias at input 3.
///
/// The optional outputs are the mean, 1 / √(variance + ε), both in float32, and x.
struct SkipSimplifiedLayerNormalization: RealOperator {
  static let schema = OperatorSchema(
    "SkipSimplifiedLayerNormalization", domain: "com.microsoft", versions: 1...1, inputs: 3...4,
    outputs: [.sameAsInput(0), .fixed(.float32), .fixed(.float32), .sameAsInput(0)], bfloat16Since: 1)

  private let normalization: AxisNormalization

  init(_ node: NodeReader) throws(OperatorError) {
    normalization = try AxisNormalization(node, axis: -1, defaultEpsilon: 1e-12, centers: false)
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    var sum = try inputs.adding(1, to: inputs[0], as: Element.self)
    sum = try inputs.adding(3, to: sum, as: Element.self)
    let result = try normalization.apply(to: sum, inputs, scale: 2, bias: nil, as: Element.self)
    guard let moments = result.moments else { return [result.output] }
    return [result.output, moments.means, moments.inverseDeviations, sum]
  }
}
