import Tensors

/// AffineGrid (ONNX 20): a grid for GridSample whose points are those of a regular grid, moved by an affine map per
/// item, [batch, 2, 3] or [batch, 3, 4] in input 0. Input 1 is the size of the image to sample, [batch, channels, …].
///
/// Coordinates run from −1 to 1, the innermost axis first; along an axis of one aligned point they are 0.
struct AffineGrid: RealOperator {
  static let schema = OperatorSchema(
    "AffineGrid", versions: 20...newestOpset, inputs: 2...2, float16Since: 20, bfloat16Since: 20)

  private let alignsCorners: Bool

  init(_ node: NodeReader) throws(OperatorError) { alignsCorners = try node.flag("align_corners", default: false) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let size = try inputs.integers(1)
    let axes = size.count - 2
    guard axes == 2 || axes == 3 else { throw .input(1, "has \(size.count) sizes, expected 4 or 5") }
    guard inputs[0].shape == [size[0], axes, axes + 1] else {
      throw .input(0, "has shape \(inputs[0].shape), expected [\(size[0]), \(axes), \(axes + 1)]")
    }
    let extents = Array(size[2...])
    let shape = try inputs[0].type.outputShape([size[0]] + extents + [axes])
    let maps = inputs[0].span(of: Element.self)
    let pointsPerItem = extents.reduce(1, *)
    return [
      Tensor(shape, of: Element.self) { output in
        for point in 0..<shape.count / axes {
          let (item, position) = point.quotientAndRemainder(dividingBy: pointsPerItem)
          let coordinates: [Element] = coordinates(of: position, extents)
          for row in 0..<axes {
            let start = (item * axes + row) * (axes + 1)
            var sum = maps[start + axes]
            for column in 0..<axes { sum += maps[start + column] * coordinates[column] }
            output[point * axes + row] = sum
          }
        }
      }
    ]
  }

  /// The coordinates of a point of the regular grid, innermost axis first.
  private func coordinates<Element: RealElement>(of position: Int, _ extents: [Int]) -> [Element] {
    var rest = position
    return extents.reversed().map { extent in
      let index = Element(rest % extent)
      rest /= extent
      if !alignsCorners { return (2 * index + 1) / Element(extent) - 1 }
      return extent > 1 ? 2 * index / Element(extent - 1) - 1 : 0
    }
  }
}
