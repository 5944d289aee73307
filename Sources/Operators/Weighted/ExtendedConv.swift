import Kernels
import Tensors

/// Conv (internal): activation(Conv + addend), with more activation functions than FusedConv of com.microsoft has, and
/// an addend that need only broadcast with the result, as an Add of ONNX takes it.
///
/// Inputs and attributes are those of FusedConv. A result of the same shape as the addend is finished where it is
/// computed; only another shape costs an addition of its own.
struct ExtendedConv: Operator {
  static let schema = OperatorSchema("Conv", domain: internalDomain, inputs: 2...4)

  private let convolution: Convolution

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try Convolution(node, activation: node.fusedActivation, broadcastsResidual: true)
  }

  private init(_ convolution: Convolution) {
    self.convolution = convolution
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    ExtendedConv(try convolution.prepared(weights: constants[1]))
  }

  var overwritableInputs: [Int] { convolution.overwritableInputs }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try convolution.run(inputs)] }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, resultCount: outputs.firstCount)
  }
}
