import Tensors

/// Compress (ONNX 9, 11, 28): the entries along an axis, or of the flattened input, for which the condition holds.
///
/// Entries beyond the end of the condition are left out.
struct Compress: Operator {
  static let schema = OperatorSchema(
    "Compress", versions: 9...newestOpset, inputs: 2...2, bfloat16Since: 28, acceptsHalf: true)

  private let axis: Int?

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis") }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let condition = try inputs.tensor(1, of: .bool)
    guard condition.shape.rank == 1 else { throw .input(1, "has shape \(condition.shape), expected one axis") }
    let data = axis == nil ? inputs[0].reshaped([inputs[0].count]) : inputs[0]
    let axis = try data.shape.axisAttribute(axis ?? 0)
    let span = condition.span(of: Boolean.self)
    let kept = span.indices.prefix(data.shape[axis]).filter { span[$0].value }
    let runLength = data.shape.count(of: axis + 1..<data.shape.rank)
    let gather = RunGather(
      data, shape: Shape(data.shape.replacing(axis: axis, with: kept.count)), runLength: runLength,
      starts: kept.map { $0 * runLength }, outerCount: data.shape.count(of: 0..<axis),
      outerStride: runLength * data.shape[axis])
    return [try gather.result()]
  }
}
