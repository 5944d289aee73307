import Tensors

extension BroadcastPlan {
  /// Applies a function to each pair of elements of two tensors of the planned shapes.
  ///
  /// Inlined, so that each function gets loops of its own.
  @inline(__always)
  func combine<Left: TensorElement, Right: TensorElement, Result: TensorElement>(
    _ left: Tensor, _ right: Tensor, _ function: (Left, Right) -> Result
  ) -> Tensor {
    let leftElements = left.span(of: Left.self)
    let rightElements = right.span(of: Right.self)
    var builder = TensorBuilder<Result>(shape)
    var output = builder.span
    var position = 0
    for block in 0..<blocks {
      var leftStart = start(of: 0, block: block)
      var rightStart = start(of: 1, block: block)
      for _ in 0..<rows {
        let leftRow = leftElements.extracting(leftStart..<leftStart + (columnStrides[0] == 0 ? 1 : columns))
        let rightRow = rightElements.extracting(rightStart..<rightStart + (columnStrides[1] == 0 ? 1 : columns))
        combineRow(leftRow, rightRow, &output, at: position, function)
        leftStart += rowStrides[0]
        rightStart += rowStrides[1]
        position += columns
      }
    }
    return builder.finish()
  }

  @inline(__always)
  private func combineRow<Left: TensorElement, Right: TensorElement, Result: TensorElement>(
    _ left: Span<Left>, _ right: Span<Right>, _ output: inout MutableSpan<Result>, at position: Int,
    _ function: (Left, Right) -> Result
  ) {
    if left.count == columns, right.count == columns {
      for column in 0..<columns { output[position + column] = function(left[column], right[column]) }
    } else if left.count == columns {
      let constant = right[0]
      for column in 0..<columns { output[position + column] = function(left[column], constant) }
    } else {
      let constant = left[0]
      for column in 0..<columns { output[position + column] = function(constant, right[column]) }
    }
  }
}

extension Tensor {
  /// A tensor of the same shape with a function applied to each element.
  ///
  /// Inlined, so that each function gets a loop of its own.
  @inline(__always)
  func mapped<Element: TensorElement, Result: TensorElement>(_ function: (Element) -> Result) -> Tensor {
    let elements = span(of: Element.self)
    var builder = TensorBuilder<Result>(shape)
    var output = builder.span
    for index in elements.indices { output[index] = function(elements[index]) }
    return builder.finish()
  }
}
