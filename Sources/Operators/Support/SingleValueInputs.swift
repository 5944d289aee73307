import Tensors

extension OperatorInputs {
  /// The one element of an int64 or int32 input.
  func singleInteger(_ index: Int) throws(OperatorError) -> Int {
    let values = try integers(index)
    guard values.count == 1 else { throw .input(index, "has shape \(self[index].shape), expected one element") }
    return values[0]
  }

  /// The one element of a bool input.
  func singleBoolean(_ index: Int) throws(OperatorError) -> Bool {
    let tensor = try tensor(index, of: .bool)
    guard tensor.count == 1 else { throw .input(index, "has shape \(tensor.shape), expected one element") }
    return tensor.array(of: Boolean.self)[0].value
  }

  /// Input `index`, which must have the type of input `other`.
  func tensor(_ index: Int, ofTypeOf other: Int) throws(OperatorError) -> Tensor {
    try tensor(index, of: self[other].type)
  }
}
