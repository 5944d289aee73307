import Kernels
import Tensors

/// The zero points of one operand of an integer product.
struct OperandZeroPoints: Sendable {
  /// One for all elements, or one per row of the left, per column of the right operand.
  let values: [Int32]

  /// Reads input `index`: one zero point, or `count` of them, for values of the given type.
  init(
    _ inputs: OperatorInputs, _ index: Int, of type: DataType, count: Int
  ) throws(OperatorError) {
    values = try inputs.zeroPoints(index, of: type)
    guard values.count == 1 || values.count == count else {
      throw .input(index, "has shape \(inputs[index].shape), expected one zero point or \(count)")
    }
  }

  init(_ value: Int32) { values = [value] }

  subscript(_ index: Int) -> Int32 { values.count == 1 ? values[0] : values[index] }
}

extension MatrixProductShape {
  /// The exact product of 8-bit integers less their zero points, in int32 that wraps around.
  func integerProduct(
    _ left: Tensor, _ leftZero: OperandZeroPoints, _ right: Tensor, _ rightZero: OperandZeroPoints
  ) -> Tensor {
    let (a, b) = (left.int32Elements ?? [], right.int32Elements ?? [])
    let centredLeft = Tensor(left.shape, a.indices.map { a[$0] - leftZero[$0 / max(depth, 1) % rowsPerMatrix] })
    let centredRight = Tensor(right.shape, b.indices.map { b[$0] - rightZero[$0 % columns] })
    return directProduct(centredLeft, centredRight, of: Int32.self)
  }
}
