import Kernels
import Tensors

/// BiasGelu (com.microsoft 1): x · Φ(x) of the sum of input 0 and a bias.
struct BiasGelu: BiasedActivation {
  static let schema = OperatorSchema(
    "BiasGelu", domain: "com.microsoft", versions: 1...1, inputs: 2...2, bfloat16Since: 1)

  var kernel: UnaryFunction { .gelu }

  func apply<Element: RealElement>(_ x: Element) -> Element { gelu(x) }
}
