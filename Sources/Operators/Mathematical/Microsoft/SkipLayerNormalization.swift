import Tensors

/// SkipLayerNormalization (com.microsoft 1): (x − mean) / √(variance + ε) · gamma + beta, over the last axis of x = input + skip + bias, the optional beta and bias at inputs 3 and 4.
///
/// The optional outputs are the mean, 1 / √(variance + ε), both in float32, and x.
struct SkipLayerNormalization: RealOperator {
  static let schema = OperatorSchema(
    "SkipLayerNormalization", domain: "com.microsoft", versions: 1...1, inputs: 3...5,
    outputs: [.sameAsInput(0), .fixed(.float32), .fixed(.float32), .sameAsInput(0)], bfloat16Since: 1)

  private let normalization: AxisNormalization

  init(_ node: NodeReader) throws(OperatorError) {
    normalization = try AxisNormalization(node, axis: -1, defaultEpsilon: 1e-12, centers: true)
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    var sum = try inputs.adding(1, to: inputs[0], as: Element.self)
    sum = try inputs.adding(4, to: sum, as: Element.self)
    let result = try normalization.apply(to: sum, inputs, scale: 2, bias: 3, as: Element.self)
    guard let moments = result.moments else { return [result.output] }
    return [result.output, moments.means, moments.inverseDeviations, sum]
  }
}
