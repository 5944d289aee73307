import Kernels
import Tensors

/// A dense tensor seen around one axis: element (i, j, k) lies at (i · length + j) · inner + k.
struct AxisView {
  let outer: Int
  let length: Int
  let inner: Int

  init(_ shape: Shape, axis: Int) {
    outer = shape.count(of: 0..<axis)
    length = shape[axis]
    inner = shape.count(of: axis + 1..<shape.rank)
  }

  /// The axes from `axis` on seen as one.
  init(_ shape: Shape, flattenedFrom axis: Int) {
    outer = shape.count(of: 0..<axis)
    length = shape.count(of: axis..<shape.rank)
    inner = 1
  }
}

extension AxisView {
  /// Changes each line of a float32 tensor with a kernel that takes the lines as the rows of a matrix.
  func mapRows(
    of tensor: Tensor, with compute: Compute, _ kernel: (Span<Float>, inout MutableSpan<Float>) -> Void
  ) -> Tensor {
    let rows = inner == 1 ? tensor : transposed(tensor, rows: length, columns: inner, with: compute)
    var builder = TensorBuilder<Float>(tensor.shape)
    var output = builder.span
    kernel(rows.span(of: Float.self), &output)
    let result = builder.finish()
    return inner == 1 ? result : transposed(result, rows: inner, columns: length, with: compute)
  }

  private func transposed(_ tensor: Tensor, rows: Int, columns: Int, with compute: Compute) -> Tensor {
    var builder = TensorBuilder<Float>(tensor.shape)
    var output = builder.span
    compute.transpose(tensor.span(of: Float.self), batches: outer, rows: rows, columns: columns, into: &output)
    return builder.finish()
  }

  /// Copies a tensor and changes each line along the axis.
  ///
  /// Inlined, so that each function gets a loop of its own.
  @inline(__always)
  func mapLines<Element: TensorElement>(
    of tensor: Tensor, _ transform: (inout [Element]) -> Void
  ) -> Tensor {
    let input = tensor.span(of: Element.self)
    var builder = TensorBuilder<Element>(tensor.shape)
    var output = builder.span
    guard !input.isEmpty else { return builder.finish() }
    var line = [Element](repeating: input[0], count: length)
    for index in 0..<outer * inner {
      let start = index / inner * length * inner + index % inner
      for position in 0..<length { line[position] = input[start + position * inner] }
      transform(&line)
      for position in 0..<length { output[start + position * inner] = line[position] }
    }
    return builder.finish()
  }
}
