import Tensors

/// Adds the product of two row-major matrices to `output`, element by element in the order of the depth.
///
/// It serves the element types that the packed kernels do not.
func addProduct<Number: TensorElement & MultiplicativeElement>(
  _ left: Span<Number>, _ right: Span<Number>, to output: inout MutableSpan<Number>, depth: Int, columns: Int
) {
  guard columns > 0 else { return }
  for row in 0..<(output.count / columns) {
    let target = row * columns
    for inner in 0..<depth {
      let value = left[row * depth + inner]
      let source = inner * columns
      for column in 0..<columns { output[target + column].addProduct(value, right[source + column]) }
    }
  }
}

extension MatrixProductShape {
  /// The product of two tensors of this element type, from the definition.
  func directProduct<Number: TensorElement & MultiplicativeElement>(
    _ left: Tensor, _ right: Tensor, of: Number.Type
  ) -> Tensor {
    let (a, b) = (left.span(of: Number.self), right.span(of: Number.self))
    let (sizeA, sizeB, size) = (rows * depth, depth * columns, rows * columns)
    return Tensor(output, of: Number.self) { elements in
      for index in elements.indices { elements[index] = .zero }
      for (index, pair) in pairs.enumerated() {
        var part = elements._mutatingExtracting((index * size)..<((index + 1) * size))
        addProduct(
          a.extracting((pair.left * sizeA)..<((pair.left + 1) * sizeA)),
          b.extracting((pair.right * sizeB)..<((pair.right + 1) * sizeB)),
          to: &part, depth: depth, columns: columns)
      }
    }
  }
}
