import Kernels
import Tensors

/// FastGelu (com.microsoft 1): x · Φ(x) approximated by tanh, of the sum of input 0 and an optional bias.
struct FastGelu: BiasedActivation {
  static let schema = OperatorSchema(
    "FastGelu", domain: "com.microsoft", versions: 1...1, inputs: 1...2, bfloat16Since: 1)

  var kernel: UnaryFunction { .geluTanh }

  func apply<Element: RealElement>(_ x: Element) -> Element { geluByTanh(x) }
}
