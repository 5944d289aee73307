import Kernels
import Tensors

/// Gelu (com.microsoft 1): x · Φ(x), Φ being the distribution function of the normal distribution.
struct ContribGelu: BiasedActivation {
  static let schema = OperatorSchema(
    "Gelu", domain: "com.microsoft", versions: 1...1, inputs: 1...1, bfloat16Since: 1)

  var kernel: UnaryFunction { .gelu }

  func apply<Element: RealElement>(_ x: Element) -> Element { gelu(x) }
}
