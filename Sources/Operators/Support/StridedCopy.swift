import Kernels
import Tensors

/// A dense copy of a strided view of a tensor: a transposition, a slice, a repetition.
struct StridedCopy: BitMovement {
  private let source: Tensor
  private let shape: Shape
  private let dimensions: [Int]
  private let layout: StridedLayout
  private let compute: Compute

  /// A view of `source` whose element at position p lies at `offset` + Σ p·`strides`, in elements.
  /// A stride of 0 repeats, a negative one reverses. `dimensions` are those of `shape`, perhaps taken apart.
  init(
    _ source: Tensor, shape: Shape, dimensions: [Int]? = nil, offset: Int = 0, strides: [Int], compute: Compute
  ) {
    self.source = source.aligned()
    self.shape = shape
    self.dimensions = dimensions ?? shape.dimensions
    self.compute = compute
    layout = StridedLayout(start: offset, strides: strides)
  }

  /// The view, copied.
  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      let apart = Shape(dimensions)
      compute.copy(apart, from: source.bits(as: Bits.self), layout, into: &output, StridedLayout(dense: apart))
    }
  }
}
