import Tensors

/// TopK (ONNX 1, 10, 11, 24): the k largest or smallest entries along an axis, in order, and their indices.
///
/// Of equal entries the one with the lower index comes first. NaN counts as larger than every number.
struct TopK: Operator {
  static let schema = OperatorSchema(
    "TopK", inputs: 1...2, outputs: [.sameAsInput(0), .fixed(.int64)], bfloat16Since: 24)

  private let axis: Int
  private let attributeCount: Int?
  private let largest: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: -1)
    attributeCount = node.version < 10 ? try node.requiredInt("k") : nil
    largest = try node.flag("largest", default: true)
    if attributeCount == nil, !node.hasInput(1) { throw .input(1, "is missing: how many entries to take") }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let axis = try shape.axisAttribute(axis)
    let count = if let attributeCount { attributeCount } else { try inputs.singleInteger(1) }
    guard (0...shape[axis]).contains(count) else {
      let source = attributeCount == nil ? ParameterSource.input(1) : .attribute("k")
      throw source.error("asks for \(count) of the \(shape[axis]) entries along axis \(axis)")
    }
    let ranking = AxisRanking(
      input: inputs[0].aligned(), axis: axis, count: count, largest: largest, kernels: inputs.compute)
    return try ranking.result(of: inputs[0].type)
  }
}
