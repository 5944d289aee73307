import Kernels
import Tensors

/// HardSwish (internal): what HardSwish of ONNX 14 is, for models of earlier versions that spell it out.
struct InternalHardSwish: UnaryRealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("HardSwish", domain: internalDomain, inputs: 1...1)

  var kernel: UnaryFunction? { .hardSwish }

  func apply<Element: RealElement>(_ x: Element) -> Element { x * .larger(0, .smaller(1, x / 6 + 0.5)) }
}
