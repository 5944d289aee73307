import Kernels
import Tensors

/// Gelu (ONNX 20): x · Φ(x), Φ being the distribution function of the normal distribution, or its approximation by
/// tanh (Hendrycks and Gimpel, "Gaussian Error Linear Units").
struct Gelu: UnaryRealOperator {
  static let schema = OperatorSchema(
    "Gelu", versions: 20...newestOpset, inputs: 1...1, float16Since: 20, bfloat16Since: 20)

  private enum Approximation: String, CaseIterable { case none, tanh }
  private let approximation: Approximation

  init(_ node: NodeReader) throws(OperatorError) {
    approximation = try node.choice("approximate", default: .none)
  }

  var kernel: UnaryFunction? { approximation == .none ? .gelu : .geluTanh }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    switch approximation {
    case .none: gelu(x)
    case .tanh: geluByTanh(x)
    }
  }
}
