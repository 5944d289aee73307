import Kernels
import Tensors

/// Sigmoid (ONNX 6, 13): 1 / (1 + e^−x).
struct Sigmoid: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Sigmoid", versions: 6...newestOpset, inputs: 1...1)

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  var kernel: UnaryFunction? { .sigmoid }

  func apply<Element: RealElement>(_ x: Element) -> Element { 1 / (1 + (-x).exponential) }
}
