import Kernels
import Tensors

extension Tensor {
  /// A tensor of the same shape with a function applied to each element.
  ///
  /// Inlined, so that each function gets a loop of its own.
  @inline(__always)
  func mapped<Element: TensorElement, Result: TensorElement>(_ function: (Element) -> Result) -> Tensor {
    let elements = span(of: Element.self)
    var builder = TensorBuilder<Result>(shape)
    var output = builder.span
    for index in elements.indices { output[index] = function(elements[index]) }
    return builder.finish()
  }
}

extension OperatorInputs {
  /// A kernel applied to each element of a float32 tensor.
  func apply(_ kernel: UnaryFunction, to tensor: Tensor) -> Tensor {
    var builder = TensorBuilder<Float>(tensor.shape)
    var output = builder.span
    compute.apply(kernel, to: tensor.span(of: Float.self), into: &output)
    return builder.finish()
  }

  /// A kernel applied to each pair of elements of two float32 tensors.
  func combine(_ kernel: BinaryFunction, _ left: Tensor, _ right: Tensor, _ broadcast: Broadcast) -> Tensor {
    var builder = TensorBuilder<Float>(broadcast.shape)
    var output = builder.span
    compute.combine(kernel, left.span(of: Float.self), right.span(of: Float.self), broadcast, into: &output)
    return builder.finish()
  }
}
