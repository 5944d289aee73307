import Kernels
import Tensors

/// Normalization (internal): (x − mean) / √(variance + ε) · scale + bias, the moments being taken over any axes.
///
/// The optional scale and bias broadcast with the result as Mul and Add of ONNX take them. `axes` lists the axes,
/// `epsilon` is ε; `centers` = 0 leaves the mean where it is and takes the mean of x² for the variance.
struct InternalNormalization: RealOperator {
  static let schema = OperatorSchema("Normalization", domain: internalDomain, inputs: 1...3)

  private let axes: [Int]
  private let epsilon: Float
  private let centers: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    guard let axes = try node.ints("axes"), !axes.isEmpty else { throw .attribute("axes", "is missing") }
    self.axes = axes
    epsilon = try node.float("epsilon", default: 0)
    centers = try node.flag("centers", default: true)
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let shape = inputs[0].shape
    var reduced = Set<Int>()
    for axis in axes { reduced.insert(try shape.requireAxis(axis)) }
    let order = (0..<shape.rank).filter { !reduced.contains($0) } + reduced.sorted()
    let row = order.suffix(reduced.count).map { shape[$0] }[...]
    if order == Array(0..<shape.rank), takesRow(inputs, 1, row), takesRow(inputs, 2, row) {
      return [
        normalize(inputs[0], row, scale: inputs.optional(1), bias: inputs.optional(2), inputs.compute, as: Element.self)
      ]
    }
    let turned = try inputs[0].transposed(order, inputs.compute)
    let rows = normalize(turned, row, scale: nil, bias: nil, inputs.compute, as: Element.self)
    let inverse = order.indices.sorted { order[$0] < order[$1] }
    return [try scaled(rows.transposed(inverse, inputs.compute), inputs, as: Element.self)]
  }

  /// Whether an input is left out or holds one element for each place of a row.
  private func takesRow(_ inputs: OperatorInputs, _ index: Int, _ row: ArraySlice<Int>) -> Bool {
    guard let shape = inputs.optional(index)?.shape else { return true }
    return shape.isRow(row) && shape.rank <= inputs[0].shape.rank
  }

  private func normalize<Element: RealElement>(
    _ tensor: Tensor, _ row: ArraySlice<Int>, scale: Tensor?, bias: Tensor?, _ compute: Compute, as: Element.Type
  ) -> Tensor {
    let length = row.reduce(1, *)
    let normalization = RowNormalization(
      rowCount: length == 0 ? 0 : tensor.count / length, rowLength: length, epsilon: epsilon, centers: centers)
    return normalization.apply(to: tensor, scale: scale, bias: bias, as: Element.self, with: compute).rows
  }

  /// The result with scale and bias of any shape.
  private func scaled<Element: RealElement>(
    _ tensor: Tensor, _ inputs: OperatorInputs, as: Element.Type
  ) throws(OperatorError) -> Tensor {
    var result = tensor
    if let scale = inputs.optional(1) {
      let plan = try Broadcast(of: result.shape, with: scale.shape)
      result =
        Element.self == Float.self
        ? inputs.combine(.multiply, result, scale, plan)
        : plan.combine(result, scale) { (x: Element, factor: Element) in x * factor }
    }
    if let bias = inputs.optional(2) {
      let plan = try Broadcast(of: result.shape, with: bias.shape)
      result =
        Element.self == Float.self
        ? inputs.combine(.add, result, bias, plan)
        : plan.combine(result, bias) { (x: Element, summand: Element) in x + summand }
    }
    return result
  }
}
