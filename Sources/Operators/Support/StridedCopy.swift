import Tensors

/// A dense copy of a strided view of a tensor: a transposition, a slice, a repetition.
struct StridedCopy: BitMovement {
  private let source: Tensor
  private let shape: Shape
  private let offset: Int
  private let layout: StridedLayout

  /// A view of `source` whose element at position p lies at `offset` + Σ p·`strides`, in elements.
  /// A stride of 0 repeats, a negative one reverses.
  init(_ source: Tensor, shape: Shape, offset: Int = 0, strides: [Int]) {
    self.init(source, shape: shape, offset: offset, dimensions: shape.dimensions, strides: strides)
  }

  /// A view under `dimensions`, which are those of `shape` taken apart.
  init(_ source: Tensor, shape: Shape, offset: Int = 0, dimensions: [Int], strides: [Int]) {
    self.source = source.aligned()
    self.shape = shape
    self.offset = offset
    layout = StridedLayout(dimensions, strides: [strides])
  }

  /// The view, copied.
  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      let input: Span<Bits> = source.bits()
      if let columns = transposedAxis {
        transpose(input, columns: columns, to: &output)
      } else {
        copyRows(input, to: &output)
      }
    }
  }

  private func copyRows<Bits: TensorElement>(_ input: Span<Bits>, to output: inout MutableSpan<Bits>) {
    var walk = StridedWalk(layout, offsets: [offset])
    let (length, step) = (walk.rowLength, walk.rowSteps[0])
    for row in 0..<walk.rowCount {
      let (start, target) = (walk.offsets[0], row * length)
      switch step {
      case 1:
        copyRun(of: length, from: input, at: start, to: &output, at: target)
      case 0:
        fillRun(of: length, with: input[start], in: &output, at: target)
      default:
        for index in 0..<length { output[target + index] = input[start + index * step] }
      }
      walk.advance()
    }
  }

  /// The axis that is contiguous in the source where the innermost one is not.
  private var transposedAxis: Int? {
    guard let innermost = layout.strides[0].last, innermost != 1, innermost != 0 else { return nil }
    return layout.strides[0].lastIndex(of: 1)
  }

  /// Swaps two axes tile by tile, so that both sides stay within the cache.
  private func transpose<Bits: TensorElement>(
    _ input: Span<Bits>, columns: Int, to output: inout MutableSpan<Bits>
  ) {
    let dimensions = layout.dimensions
    let rows = dimensions.count - 1
    let outputStrides = Shape(dimensions).strides
    let both = StridedLayout(dimensions, strides: [layout.strides[0], outputStrides])
    // The axes cannot merge any further than they have, so positions in `both` are those in `layout`.
    var walk = StridedWalk(both.removing([columns, rows]), offsets: [offset, 0])
    for _ in 0..<walk.rowCount {
      for index in 0..<walk.rowLength {
        transposePlane(
          input, at: walk.offsets[0] + index * walk.rowSteps[0], stride: layout.strides[0][rows],
          to: &output, at: walk.offsets[1] + index * walk.rowSteps[1], stride: outputStrides[columns],
          columns: dimensions[columns], rows: dimensions[rows])
      }
      walk.advance()
    }
  }

  private func transposePlane<Bits: TensorElement>(
    _ input: Span<Bits>, at start: Int, stride inputStride: Int,
    to output: inout MutableSpan<Bits>, at target: Int, stride outputStride: Int, columns: Int, rows: Int
  ) {
    let tile = 16
    for firstColumn in stride(from: 0, to: columns, by: tile) {
      for firstRow in stride(from: 0, to: rows, by: tile) {
        for column in firstColumn..<min(firstColumn + tile, columns) {
          for row in firstRow..<min(firstRow + tile, rows) {
            output[target + column * outputStride + row] = input[start + column + row * inputStride]
          }
        }
      }
    }
  }
}
