import Tensors

/// A copy of a tensor in which equally long runs are replaced by the runs of another tensor, in order.
struct RunScatter: BitMovement {
  private let data: Tensor
  private let updates: Tensor
  private let runLength: Int
  private let starts: [Int]

  init(_ data: Tensor, updates: Tensor, runLength: Int, starts: [Int]) {
    precondition(updates.count == starts.count * runLength, "runs do not use up the updates")
    self.data = data.aligned()
    self.updates = updates.aligned()
    self.runLength = runLength
    self.starts = starts
  }

  func result() throws(OperatorError) -> Tensor { try result(of: data.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(data.shape, of: Bits.self) { output in
      let old: Span<Bits> = data.bits()
      let new: Span<Bits> = updates.bits()
      copyRun(of: data.count, from: old, at: 0, to: &output, at: 0)
      for index in starts.indices {
        copyRun(of: runLength, from: new, at: index * runLength, to: &output, at: starts[index])
      }
    }
  }
}
