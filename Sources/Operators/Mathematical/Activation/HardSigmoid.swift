import Kernels
import Tensors

/// HardSigmoid (ONNX 6, 22): `alpha` · x + `beta`, kept between 0 and 1.
struct HardSigmoid: UnaryRealOperator {
  static let schema = OperatorSchema("HardSigmoid", versions: 6...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let alpha: Float
  private let beta: Float

  init(_ node: NodeReader) throws(OperatorError) {
    alpha = try node.float("alpha", default: 0.2)
    beta = try node.float("beta", default: 0.5)
  }

  var kernel: UnaryFunction? { .hardSigmoid(slope: alpha, offset: beta) }

  func apply<Element: RealElement>(_ x: Element) -> Element {
    .larger(0, .smaller(1, Element(alpha) * x + Element(beta)))
  }
}
