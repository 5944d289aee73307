import Tensors

/// SwiGLU (ONNX 28): a / (1 + e^(−`alpha` · a)) · b for inputs a and b of one shape (Shazeer, "GLU Variants Improve
/// Transformer").
struct SwiGLU: RealOperator {
  static let schema = OperatorSchema(
    "SwiGLU", versions: 28...newestOpset, inputs: 2...2, float16Since: 28, bfloat16Since: 28)

  private let alpha: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    guard inputs[1].shape == inputs[0].shape else {
      throw .input(1, "has shape \(inputs[1].shape), but input 0 has shape \(inputs[0].shape)")
    }
    let (gates, values) = (inputs[0].span(of: Element.self), inputs[1].span(of: Element.self))
    return [
      Tensor(inputs[0].shape, of: Element.self) { output in
        for index in gates.indices {
          output[index] = gates[index] / (1 + (-Element(alpha) * gates[index]).exponential) * values[index]
        }
      }
    ]
  }
}
