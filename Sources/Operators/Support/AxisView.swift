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
