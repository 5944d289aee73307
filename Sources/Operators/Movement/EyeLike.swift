import Tensors

/// EyeLike (ONNX 9, 22): zeros with ones on the diagonal that lies `k` to the right of the main one.
struct EyeLike: Operator {
  static let schema = OperatorSchema(
    "EyeLike", versions: 9...newestOpset, inputs: 1...1, outputs: [.computed], bfloat16Since: 22, acceptsHalf: true)

  private let type: DataType?
  private let diagonal: Int

  init(_ node: NodeReader) throws(OperatorError) {
    type = try node.dataType("dtype")
    diagonal = try node.int("k", default: 0)
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [type ?? inputs.first ?? nil] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    guard shape.rank == 2 else { throw .input(0, "has shape \(shape), expected a matrix") }
    let type = type ?? inputs[0].type
    let zero = try Tensor(scalar: Boolean(false)).cast(to: type, inputs.compute)
    let one = try Tensor(scalar: Boolean(true)).cast(to: type, inputs.compute)
    let reach = max(shape[0], shape[1])
    let diagonal = min(max(diagonal, -reach), reach)
    let ones = (0..<shape[0]).filter { (0..<shape[1]).contains($0 + diagonal) }
      .map { $0 * shape[1] + $0 + diagonal }
    let background = try FilledTensor(zero, shape: shape).result()
    let updates = try FilledTensor(one, shape: [ones.count]).result()
    return [try RunScatter(background, updates: updates, runLength: 1, starts: ones).result()]
  }
}
