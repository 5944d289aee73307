import ModelGraph
public import Tensors

extension Session {
  /// The tensors with their floating-point type changed to what the inputs want, so that a model with half-precision
  /// inputs can be fed the data of its float32 original. Other tensors stay as they are.
  public func adapt(_ tensors: [Tensor]) -> [Tensor] {
    zip(tensors, inputs).map { tensor, input in
      guard let wanted = input.type, wanted != tensor.type else { return tensor }
      if tensor.type == .float32, wanted.isHalf { return tensor.narrowed(to: wanted, compute) }
      if tensor.type.isHalf, wanted == .float32 { return tensor.widened(compute) }
      return tensor
    }
  }
}
