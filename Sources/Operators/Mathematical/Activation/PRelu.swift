import Tensors

/// PRelu (ONNX 7, 9, 16): x, multiplied by a slope below 0. The slopes in input 1 broadcast to the shape of input 0.
struct PRelu: BinaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("PRelu", versions: 7...newestOpset, inputs: 2...2, bfloat16Since: 16)

  func apply<Element: ArithmeticElement>(_ x: Element, _ slope: Element) -> Element {
    x < .zero ? x.times(slope) : x
  }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireBroadcast(1)
    return try combine(inputs, as: Element.self)
  }
}
