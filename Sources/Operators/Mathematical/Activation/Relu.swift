import Kernels
import Tensors

/// Relu (ONNX 6, 13, 14): max(0, x). NaN stays NaN.
struct Relu: UnaryArithmeticOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Relu", versions: 6...newestOpset, inputs: 1...1)

  var quantization: QuantizationRule { .clamp(upper: nil) }

  var kernel: UnaryFunction? { .relu }

  func apply<Element: ArithmeticElement>(_ x: Element) -> Element { .larger(x, .zero) }
}
