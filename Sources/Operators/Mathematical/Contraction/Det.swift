import Tensors

/// Det (ONNX 11, 22): the determinants of square matrices [..., n, n], by elimination in float64.
struct Det: RealOperator, AttributeFreeOperator {
  static let schema = OperatorSchema(
    "Det", versions: 11...newestOpset, inputs: 1...1, float16Since: 11, bfloat16Since: 22)

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    guard shape.rank >= 2, shape[shape.rank - 1] == shape[shape.rank - 2] else {
      throw .input(0, "has shape \(shape), expected square matrices")
    }
    let order = shape[shape.rank - 1]
    let elements = inputs[0].array(of: Element.self).map { Double($0) }
    let batch = Shape(Array(shape.dimensions.dropLast(2)))
    let determinants = (0..<batch.count).map { index in
      Element(determinant(of: Array(elements[index * order * order..<(index + 1) * order * order]), order: order))
    }
    return [Tensor(batch, determinants)]
  }

  /// Gaussian elimination with the largest pivot of each column.
  private func determinant(of elements: [Double], order: Int) -> Double {
    var matrix = elements
    var result = 1.0
    for column in 0..<order {
      let pivot = (column..<order).max { matrix[$0 * order + column].magnitude < matrix[$1 * order + column].magnitude }
      guard let pivot, matrix[pivot * order + column] != 0 else { return 0 }
      if pivot != column {
        for index in 0..<order { matrix.swapAt(pivot * order + index, column * order + index) }
        result = -result
      }
      result *= matrix[column * order + column]
      for row in column + 1..<max(order, column + 1) {
        let factor = matrix[row * order + column] / matrix[column * order + column]
        for index in column..<order { matrix[row * order + index] -= factor * matrix[column * order + index] }
      }
    }
    return result
  }
}
