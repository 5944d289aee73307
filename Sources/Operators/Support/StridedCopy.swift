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

  /// The view: part of the source's own memory where its elements are neighbours there in this order, else a copy.
  func result() throws(OperatorError) -> Tensor {
    if let width = source.type.byteWidth, isDense, shape.count > 0 {
      let start = layout.start * width
      let bytes = source.bytes.slice(start..<start + shape.count * width)
      if let view = Tensor(shape, type: source.type, bytes: bytes) { return view }
    }
    return try result(of: source.type)
  }

  private var isDense: Bool {
    var expected = 1
    for axis in dimensions.indices.reversed() where dimensions[axis] != 1 {
      guard layout.strides[axis] == expected else { return false }
      expected *= dimensions[axis]
    }
    return true
  }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      let apart = Shape(dimensions)
      compute.copy(apart, from: source.bits(as: Bits.self), layout, into: &output, StridedLayout(dense: apart))
    }
  }
}
