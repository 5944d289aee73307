import Tensors

extension OperatorInputs {
  /// The elements of an int64 or int32 input: a shape, axes, a count.
  func integers(_ index: Int) throws(OperatorError) -> [Int] {
    let tensor = self[index]
    switch tensor.type {
    case .int64: return tensor.array(of: Int64.self).map { Int($0) }
    case .int32: return tensor.array(of: Int32.self).map { Int($0) }
    default: throw .input(index, "has type \(tensor.type), expected int64")
    }
  }

  /// The elements of an optional int64 or int32 input.
  func optionalIntegers(_ index: Int) throws(OperatorError) -> [Int]? {
    optional(index) == nil ? nil : try integers(index)
  }

  /// An input that must be of the given type.
  func tensor(_ index: Int, of type: DataType) throws(OperatorError) -> Tensor {
    guard self[index].type == type else { throw .input(index, "has type \(self[index].type), expected \(type)") }
    return self[index]
  }
}
