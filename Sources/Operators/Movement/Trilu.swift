import Tensors

/// Trilu (ONNX 14): the upper or lower triangle of the matrices in the last two axes, zeros elsewhere.
struct Trilu: Operator {
  static let schema = OperatorSchema("Trilu", versions: 14...newestOpset, inputs: 1...2, acceptsHalf: true)

  private let upper: Bool

  init(_ node: NodeReader) throws(OperatorError) { upper = try node.flag("upper", default: true) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0].aligned()
    guard input.shape.rank >= 2 else { throw .input(0, "has shape \(input.shape), expected at least two axes") }
    let diagonal = inputs.optional(1) == nil ? 0 : try inputs.singleInteger(1)
    let zero = try Tensor(scalar: Boolean(false)).cast(to: input.type, inputs.compute)
    return [try Triangle(input: input, zero: zero, diagonal: diagonal, upper: upper).result(of: input.type)]
  }
}

private struct Triangle: BitMovement {
  let input: Tensor
  let zero: Tensor
  let diagonal: Int
  let upper: Bool

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(input.shape, of: Bits.self) { output in
      let source: Span<Bits> = input.bits()
      let zero = zero.bits(as: Bits.self)[0]
      output.update(repeating: zero)
      guard input.count > 0 else { return }
      let rank = input.shape.rank
      let (rows, columns) = (input.shape[rank - 2], input.shape[rank - 1])
      // Any diagonal that misses the matrix is as good as one just outside.
      let diagonal = min(max(diagonal, -rows), columns)
      for row in 0..<input.count / columns {
        let edge = row % rows + diagonal + (upper ? 0 : 1)
        let boundary = min(max(edge, 0), columns)
        let kept = upper ? boundary..<columns : 0..<boundary
        let start = row * columns + kept.lowerBound
        copyRun(of: kept.count, from: source, at: start, to: &output, at: start)
      }
    }
  }
}
