import Kernels
import Tensors

extension DataType {
  /// The shape of a result whose dimensions come out of the model's data; throws where no tensor can have it.
  ///
  /// A result larger than the memory of the machine is an error here, because allocation itself cannot fail.
  func outputShape(_ dimensions: [Int]) throws(OperatorError) -> Shape {
    guard let shape = Shape(validating: dimensions), let byteCount = byteCount(elements: shape.count) else {
      throw OperatorError(.input, "the result would have the impossible shape \(dimensions)")
    }
    guard byteCount <= ProcessMemory.physicalBytes else {
      throw OperatorError(.input, "the result would have shape \(dimensions) and not fit in memory")
    }
    return shape
  }
}
