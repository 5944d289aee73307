public import Kernels
public import Tensors

/// A body of a control-flow node that the engine has made callable.
public protocol GraphFunction: Sendable {
  var inputCount: Int { get }
  var outputCount: Int { get }

  /// The types of the outputs, where they are known before the run.
  var outputTypes: [DataType?] { get }

  /// Runs the body. `captured` is what the node itself was given in `OperatorInputs.captured`.
  func call(_ inputs: [Tensor], captured: [Tensor], compute: Compute) throws(OperatorError) -> [Tensor]
}
