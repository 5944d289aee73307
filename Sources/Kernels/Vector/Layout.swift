internal import CKernels
public import Tensors

/// Where the elements of an N-dimensional array lie in a buffer: index (i₀, i₁, …) at start + Σ iₖ · strides[k].
///
/// Strides count elements. In an array that is read, they may be zero (the element repeats) or negative.
public struct StridedLayout: Sendable, Hashable {
  public var start: Int
  public var strides: [Int]

  public init(start: Int = 0, strides: [Int]) {
    self.start = start
    self.strides = strides
  }

  /// The dense layout of a shape.
  public init(dense shape: Shape) { self.init(strides: shape.strides) }

  /// Whether every element of an array of this shape lies within a buffer of `count` elements.
  func fits(_ shape: Shape, in count: Int) -> Bool {
    guard strides.count == shape.rank else { return false }
    guard shape.count > 0 else { return true }
    var (lowest, highest) = (start, start)
    for (dimension, stride) in zip(shape.dimensions, strides) {
      lowest += min(0, (dimension - 1) * stride)
      highest += max(0, (dimension - 1) * stride)
    }
    return lowest >= 0 && highest < count
  }
}

/// Kernels that move elements of 1, 2, 4 or 8 bytes.
extension Compute {
  /// output[batch][column][row] = input[batch][row][column]. NCHW becomes NHWC with rows = C and columns = H · W, and
  /// NHWC becomes NCHW with rows = H · W and columns = C.
  public func transpose<Element: BitwiseCopyable>(
    _ input: Span<Element>, batches: Int, rows: Int, columns: Int, into output: inout MutableSpan<Element>
  ) {
    permute(input, [batches, rows, columns], axes: [0, 2, 1], into: &output)
  }

  /// The array with its axes in another order: axis k of the output is axis `axes[k]` of the input (ONNX Transpose).
  public func permute<Element: BitwiseCopyable>(
    _ input: Span<Element>, _ shape: Shape, axes: [Int], into output: inout MutableSpan<Element>
  ) {
    precondition(axes.sorted() == Array(0..<shape.rank), "axes \(axes) of shape \(shape)")
    let strides = shape.strides
    let permuted = Shape(axes.map { shape[$0] })
    copy(
      permuted, from: input, StridedLayout(strides: axes.map { strides[$0] }), into: &output,
      StridedLayout(dense: permuted))
  }

  /// Places rows, one after the other in `input`, into an array of longer rows: what a concatenation does to each of its
  /// parts.
  ///
  /// - Parameters:
  ///   - columns: The elements of a row.
  ///   - offset: Where the first row goes in `output`.
  ///   - stride: Elements from one row of `output` to the next; at least `columns`.
  public func place<Element: BitwiseCopyable>(
    _ input: Span<Element>, columns: Int, into output: inout MutableSpan<Element>, at offset: Int, stride: Int
  ) {
    guard input.count > 0 else { return }
    precondition(columns > 0 && input.count % columns == 0, "\(input.count) elements in rows of \(columns)")
    let rows = input.count / columns
    precondition(offset >= 0 && stride >= columns, "rows of \(columns) elements \(stride) apart at \(offset)")
    checkRows(output.count - offset, rows: rows, stride: stride, length: columns, "array of rows")
    let size = MemoryLayout<Element>.stride
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        nonisolated(unsafe) let (source, target) = unsafe (input.baseAddress!, output.baseAddress! + offset * size)
        forEachRowChunk(of: rows, elements: columns) { part in
          unsafe ck_place_rows(
            source + part.lowerBound * columns * size, target + part.lowerBound * stride * size, stride * size,
            part.count, columns * size)
        }
      }
    }
  }

  /// Copies an array of `shape` from one layout to another. Elements of the output must not share a place.
  public func copy<Element: BitwiseCopyable>(
    _ shape: Shape, from input: Span<Element>, _ inputLayout: StridedLayout,
    into output: inout MutableSpan<Element>, _ outputLayout: StridedLayout
  ) {
    precondition([1, 2, 4, 8].contains(MemoryLayout<Element>.size), "elements of \(Element.self)")
    precondition(inputLayout.fits(shape, in: input.count), "\(inputLayout) of \(shape) in \(input.count) elements")
    precondition(outputLayout.fits(shape, in: output.count), "\(outputLayout) of \(shape) in \(output.count) elements")
    guard shape.count > 0 else { return }
    let plan = CopyPlan(shape, inputLayout.strides, outputLayout.strides)
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        let size = MemoryLayout<Element>.size
        nonisolated(unsafe) let input = unsafe input.baseAddress! + inputLayout.start * size
        nonisolated(unsafe) let output = unsafe output.baseAddress! + outputLayout.start * size
        run(chunks: plan.chunks, work: shape.count) { chunk in
          unsafe plan.run(chunk: chunk, elementSize: size, tier.identifier, input, output)
        }
      }
    }
  }
}

/// A strided copy as a loop over matrices that one kernel call copies.
private struct CopyPlan: Sendable {
  struct Axis: Sendable {
    var count: Int
    var input: Int
    var output: Int
  }

  /// The axes outside the matrix.
  private var outer: [Axis]
  /// The matrix; the elements of its rows lie side by side in the output, wherever some axis has them so.
  private var rows = Axis(count: 1, input: 0, output: 0)
  private let columns: Axis
  /// Whether the columns of the matrix lie side by side in the input.
  private let isTransposition: Bool
  private let rowsPerChunk: Int

  init(_ shape: Shape, _ inputStrides: [Int], _ outputStrides: [Int]) {
    outer = Self.joining(
      shape.dimensions.indices.map { Axis(count: shape[$0], input: inputStrides[$0], output: outputStrides[$0]) })
    columns = outer.popLast() ?? Axis(count: 1, input: 1, output: 1)
    if columns.output == 1, columns.input != 1, let axis = outer.lastIndex(where: { $0.input == 1 }) {
      rows = outer.remove(at: axis)
      isTransposition = true
    } else {
      rows = outer.popLast() ?? rows
      isTransposition = false
    }
    // Whole blocks of the transposition kernels.
    rowsPerChunk = max(1, elementsPerChunk / columns.count / 64) * 64
  }

  /// Drops axes of one element and joins those that are walked as one.
  private static func joining(_ axes: [Axis]) -> [Axis] {
    var joined: [Axis] = []
    for axis in axes where axis.count != 1 {
      if let last = joined.last, last.input == axis.input * axis.count, last.output == axis.output * axis.count {
        joined[joined.count - 1] = Axis(count: last.count * axis.count, input: axis.input, output: axis.output)
      } else {
        joined.append(axis)
      }
    }
    return joined
  }

  private var matrices: Int { outer.reduce(1) { $0 * $1.count } }
  private var chunksPerMatrix: Int { (rows.count + rowsPerChunk - 1) / rowsPerChunk }
  private var matricesPerChunk: Int { max(1, elementsPerChunk / (rows.count * columns.count)) }

  /// Parts of a matrix where it is large, several matrices where they are small.
  var chunks: Int {
    chunksPerMatrix > 1 ? matrices * chunksPerMatrix : (matrices + matricesPerChunk - 1) / matricesPerChunk
  }

  @unsafe func run(
    chunk: Int, elementSize: Int, _ tier: ck_tier, _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer
  ) {
    if chunksPerMatrix > 1 {
      let (matrix, part) = chunk.quotientAndRemainder(dividingBy: chunksPerMatrix)
      let range = part * rowsPerChunk..<min((part + 1) * rowsPerChunk, rows.count)
      unsafe copy(matrix: matrix, rows: range, elementSize, tier, input, output)
    } else {
      for matrix in chunk * matricesPerChunk..<min((chunk + 1) * matricesPerChunk, matrices) {
        unsafe copy(matrix: matrix, rows: 0..<rows.count, elementSize, tier, input, output)
      }
    }
  }

  @unsafe private func copy(
    matrix: Int, rows range: Range<Int>, _ size: Int, _ tier: ck_tier, _ input: UnsafeRawPointer,
    _ output: UnsafeMutableRawPointer
  ) {
    var (rest, source, target) = (matrix, range.lowerBound * rows.input, range.lowerBound * rows.output)
    for axis in outer.reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: axis.count)
      source += index * axis.input
      target += index * axis.output
      rest = quotient
    }
    let (from, to) = unsafe (input + source * size, output + target * size)
    if isTransposition {
      unsafe ck_transpose(tier, size, from, columns.input, to, rows.output, columns.count, range.count)
    } else {
      unsafe ck_copy_strided(
        size, from, ck_strides(row: rows.input, column: columns.input), to,
        ck_strides(row: rows.output, column: columns.output), range.count, columns.count)
    }
  }
}
