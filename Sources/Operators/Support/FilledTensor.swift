import Tensors

/// A tensor in which every element has the same bits.
struct FilledTensor: BitMovement {
  private let value: Tensor
  private let shape: Shape

  /// `value` has one element.
  init(_ value: Tensor, shape: Shape) {
    precondition(value.count == 1, "a fill value of shape \(value.shape)")
    self.value = value.aligned()
    self.shape = shape
  }

  func result() throws(OperatorError) -> Tensor { try result(of: value.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in output.update(repeating: value.bits(as: Bits.self)[0]) }
  }
}
