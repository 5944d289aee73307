import Tensors

extension OperatorInputs {
  /// The elements of an int64 or int32 input: a shape, axes, a count.
  func integers(_ index: Int) throws(OperatorError) -> [Int] {
    let tensor = self[index].aligned()
    switch tensor.type {
    case .int64: return tensor.span(of: Int64.self).integers
    case .int32: return tensor.span(of: Int32.self).integers
    default: throw .input(index, "has type \(tensor.type), expected int64")
    }
  }

  /// The elements of an optional int64 or int32 input.
  func optionalIntegers(_ index: Int) throws(OperatorError) -> [Int]? {
    has(index) ? try integers(index) : nil
  }

  /// An input that must be of the given type.
  func tensor(_ index: Int, of type: DataType) throws(OperatorError) -> Tensor {
    let tensor = self[index]
    guard tensor.type == type else { throw .input(index, "has type \(tensor.type), expected \(type)") }
    return tensor
  }
}

extension Span where Element: BinaryInteger & BitwiseCopyable {
  /// The elements as an array of integers, which must be able to hold them.
  var integers: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    for index in indices { result.append(Int(self[index])) }
    return result
  }
}
