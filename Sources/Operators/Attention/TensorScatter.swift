import Tensors

/// TensorScatter (ONNX 24): a cache with new entries written over old ones along `axis`, for each item of the batch
/// from the position in input 2 on, or from 0. In circular mode positions go on at 0 behind the end.
struct TensorScatter: Operator {
  static let schema = OperatorSchema(
    "TensorScatter", versions: 24...newestOpset, inputs: 2...3, float16Since: 24, bfloat16Since: 24, acceptsHalf: true)

  private enum Mode: String, CaseIterable { case linear, circular }

  private let axis: Int
  private let mode: Mode

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: -2)
    mode = try node.choice("mode", default: .linear)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (cache, update) = (inputs[0].aligned(), try inputs.tensor(1, ofTypeOf: 0).aligned())
    let axis = try cache.shape.axisAttribute(axis)
    guard axis > 0 else { throw .attribute("axis", "is 0, the axis of the batch") }
    guard update.shape.rank == cache.shape.rank, update.shape[axis] <= cache.shape[axis],
      update.shape.replacing(axis: axis, with: 0) == cache.shape.replacing(axis: axis, with: 0)
    else { throw .input(1, "has shape \(update.shape), which does not fit into \(cache.shape) along axis \(axis)") }
    let starts = try starts(inputs, batch: cache.shape[0], last: cache.shape[axis] - update.shape[axis])
    return [try CacheUpdate(cache: cache, update: update, axis: axis, starts: starts).result(of: cache.type)]
  }

  /// Where each item's entries go; `last` is the last position from which all fit without wrapping around.
  private func starts(_ inputs: OperatorInputs, batch: Int, last: Int) throws(OperatorError) -> [Int] {
    guard let starts = try inputs.optionalIntegers(2) else { return [Int](repeating: 0, count: batch) }
    try inputs.requireVector(2, count: batch)
    for start in starts where start < 0 || (mode == .linear && start > last) {
      throw .input(2, "has position \(start), expected 0 to \(last)")
    }
    return starts
  }
}

private struct CacheUpdate: BitMovement {
  let cache: Tensor
  let update: Tensor
  let axis: Int
  let starts: [Int]

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(cache.shape, of: Bits.self) { output in
      let (old, new): (Span<Bits>, Span<Bits>) = (cache.bits(), update.bits())
      copyRun(of: cache.count, from: old, at: 0, to: &output, at: 0)
      let inner = cache.shape.count(of: axis + 1..<cache.shape.rank)
      let prefixes = cache.shape.count(of: 1..<axis)
      let (length, newLength) = (cache.shape[axis], update.shape[axis])
      for row in 0..<starts.count * prefixes {
        for entry in 0..<newLength {
          let position = (starts[row / prefixes] % length + entry) % length
          copyRun(
            of: inner, from: new, at: (row * newLength + entry) * inner, to: &output,
            at: (row * length + position) * inner)
        }
      }
    }
  }
}
