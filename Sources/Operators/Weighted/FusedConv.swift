import Kernels
import Tensors

/// FusedConv (com.microsoft 1): Conv, plus a residual, through an activation function.
struct FusedConv: Operator {
  static let schema = OperatorSchema("FusedConv", domain: "com.microsoft", inputs: 2...4)

  private let convolution: Convolution

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try Convolution(node, activation: node.fusedActivation)
  }

  private init(_ convolution: Convolution) {
    self.convolution = convolution
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    FusedConv(try convolution.prepared(weights: constants[1]))
  }

  var overwritableInputs: [Int] { convolution.overwritableInputs }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try convolution.run(inputs)] }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, resultCount: outputs.firstCount)
  }
}
