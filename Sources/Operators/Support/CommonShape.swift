import Tensors

extension Shape {
  /// The shape to which all of these can be broadcast (ONNX multidirectional broadcasting); nil where there is none.
  static func common(of shapes: [Shape]) -> [Int]? {
    let rank = shapes.map(\.rank).max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, size) in zip((rank - shape.rank)..<rank, shape.dimensions) where size != 1 {
        guard result[axis] == 1 || result[axis] == size else { return nil }
        result[axis] = size
      }
    }
    return result
  }

  /// The strides with which a tensor of this shape is read as one of `shape`, to which it can be broadcast.
  func repeatingStrides(to shape: Shape) -> [Int] {
    let strides = strides
    return shape.dimensions.indices.map { axis in
      let own = axis - (shape.rank - rank)
      return own < 0 || dimensions[own] == 1 ? 0 : strides[own]
    }
  }
}
