import Tensors

/// Copies equally long runs of neighbouring elements one behind the other.
struct RunGather: BitMovement {
  private let source: Tensor
  private let shape: Shape
  private let runLength: Int
  private let starts: [Int]
  private let outerCount: Int
  private let outerStride: Int

  /// For each of `outerCount` blocks that lie `outerStride` apart, the runs that begin at `starts` within it.
  init(
    _ source: Tensor, shape: Shape, runLength: Int, starts: [Int], outerCount: Int = 1, outerStride: Int = 0
  ) {
    precondition(shape.count == outerCount * starts.count * runLength, "runs do not fill shape \(shape)")
    self.source = source.aligned()
    self.shape = shape
    self.runLength = runLength
    self.starts = starts
    self.outerCount = outerCount
    self.outerStride = outerStride
  }

  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      let input: Span<Bits> = source.bits()
      var target = 0
      guard runLength > 0 else { return }
      for outer in 0..<outerCount {
        for start in starts {
          copyRun(of: runLength, from: input, at: outer * outerStride + start, to: &output, at: target)
          target += runLength
        }
      }
    }
  }
}
