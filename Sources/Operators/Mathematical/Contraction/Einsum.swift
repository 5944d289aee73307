import Kernels
import Tensors

/// Einsum (ONNX 12, 28): sums of products of the inputs over named indices, `ij,jk->ik`. Integers wrap around.
///
/// The inputs are contracted from left to right, each pair by a batched matrix product.
struct Einsum: ArithmeticOperator {
  static let schema = OperatorSchema(
    "Einsum", versions: 12...newestOpset, inputs: 1...Int.max, float16Since: 12, bfloat16Since: 28)

  private let equation: String

  init(_ node: NodeReader) throws(OperatorError) {
    guard let equation = try node.string("equation") else { throw .attribute("equation", "is missing") }
    self.equation = equation
  }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let tensors = try inputs.allPresent()
    try inputs.requireOneType()
    let equation = try EinsumEquation(equation, ranks: tensors.map(\.shape.rank))
    let lengths = try lengths(of: equation, tensors)
    let operands = zip(tensors, equation.operands).map {
      EinsumOperand<Element>($0, $1, lengths: lengths, inputs.compute)
    }
    var total = operands[0]
    for next in operands.indices.dropFirst() {
      let needed = Set(operands[(next + 1)...].flatMap(\.indices) + equation.result)
      total = contract(total, operands[next], keeping: needed)
    }
    let result = total.summed { equation.result.contains($0) }
    return [result.transposed(to: equation.result)]
  }

  /// The length of each index. An axis of 1 repeats to match the others.
  private func lengths(
    of equation: EinsumEquation, _ tensors: [Tensor]
  ) throws(OperatorError) -> [EinsumEquation.Index: Int] {
    var lengths: [EinsumEquation.Index: Int] = [:]
    for (tensor, indices) in zip(tensors, equation.operands) {
      for (index, length) in zip(indices, tensor.shape.dimensions) {
        guard let known = lengths[index], known != 1 else {
          lengths[index] = length
          continue
        }
        guard length == known || length == 1 else {
          let shapes = tensors.map(\.shape.description).joined(separator: ", ")
          throw OperatorError(.input, "inputs of shapes \(shapes) do not fit \"\(self.equation)\"")
        }
      }
    }
    guard Shape(validating: Array(lengths.values)) != nil else {
      throw OperatorError(.input, "the indices of \"\(self.equation)\" span too many elements")
    }
    guard Shape(fittingMemory: equation.result.map { lengths[$0] ?? 1 }) != nil else {
      throw OperatorError(.input, "the result of \"\(self.equation)\" is too large")
    }
    return lengths
  }

  /// The product of two operands, summed over every index that is not needed any more.
  private func contract<Element: ArithmeticElement>(
    _ left: EinsumOperand<Element>, _ right: EinsumOperand<Element>, keeping needed: Set<EinsumEquation.Index>
  ) -> EinsumOperand<Element> {
    let left = left.summed { needed.contains($0) || right.indices.contains($0) }
    let right = right.summed { needed.contains($0) || left.indices.contains($0) }
    let shared = left.indices.filter { right.indices.contains($0) }
    let batch = shared.filter { needed.contains($0) }
    let inner = shared.filter { !needed.contains($0) }
    let rows = left.indices.filter { !right.indices.contains($0) }
    let columns = right.indices.filter { !left.indices.contains($0) }
    let product = BatchedProduct<Element>(
      batch: batch.map(left.length), rows: rows.map(left.length), inner: inner.map(left.length),
      columns: columns.map(right.length))
    let result = product.run(
      left.transposed(to: batch + rows + inner), right.transposed(to: batch + inner + columns), with: left.compute)
    return EinsumOperand(result, batch + rows + columns, left.compute)
  }
}

/// A product of matrices [batch, rows, inner] and [batch, inner, columns], each of the four standing for some axes.
private struct BatchedProduct<Element: ArithmeticElement> {
  let batch: [Int]
  let rows: [Int]
  let inner: [Int]
  let columns: [Int]

  func run(_ left: Tensor, _ right: Tensor, with compute: Compute) -> Tensor {
    let (rowCount, columnCount, depth) = (rows.reduce(1, *), columns.reduce(1, *), inner.reduce(1, *))
    let batchCount = batch.reduce(1, *)
    var builder = TensorBuilder<Element>(Shape(batch + rows + columns))
    guard Element.self == Float.self, depth > 0 else {
      var output = builder.span
      let (left, right) = (left.span(of: Element.self), right.span(of: Element.self))
      for row in 0..<batchCount * rowCount {
        let matrix = row / rowCount * depth * columnCount
        for column in 0..<columnCount {
          var sum = Element.Accumulator.zero
          for index in 0..<depth {
            let factor = right[matrix + index * columnCount + column]
            sum = sum.plus(left[row * depth + index].widened.times(factor.widened))
          }
          output[row * columnCount + column] = Element(sum)
        }
      }
      return builder.finish()
    }
    var floats = TensorBuilder<Float>(builder.shape)
    var output = floats.span
    compute.batchedGemm(
      left.span(of: Float.self), MatrixBatch(count: batchCount, batchStride: rowCount * depth, rowStride: depth),
      by: right.span(of: Float.self),
      MatrixBatch(count: batchCount, batchStride: depth * columnCount, rowStride: columnCount),
      rows: rowCount, columns: columnCount, depth: depth, into: &output,
      MatrixBatch(count: batchCount, batchStride: rowCount * columnCount, rowStride: columnCount))
    return floats.finish()
  }
}
