public import Kernels
public import Tensors

/// What a node is given to run on.
public struct OperatorInputs: Sendable {
  /// The inputs by position; nil where an optional one is left out.
  public let tensors: [Tensor?]

  /// The values that the node's bodies capture, in the order of `NodeReader.captures`.
  public let captured: [Tensor]

  /// The kernels and threads to run with.
  public let compute: Compute

  public init(_ tensors: [Tensor?], captured: [Tensor] = [], compute: Compute) {
    self.tensors = tensors
    self.captured = captured
    self.compute = compute
  }

  public var count: Int { tensors.count }

  /// An input that the schema requires, so that it is always there.
  public subscript(_ index: Int) -> Tensor {
    guard let tensor = optional(index) else { preconditionFailure("input \(index) is required by the schema") }
    return tensor
  }

  /// An input that may be left out.
  public func optional(_ index: Int) -> Tensor? { index < tensors.count ? tensors[index] : nil }
}
