import Tensors

/// MaxUnpool (ONNX 9, 11, 22): puts the maxima of a MaxPool back where its indices say, among zeros.
struct MaxUnpool: Operator {
  static let schema = OperatorSchema("MaxUnpool", versions: 9...newestOpset, inputs: 2...3, bfloat16Since: 22)

  private let window: WindowAttributes

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node)
    guard window.kernelShape != nil else { throw .attribute("kernel_shape", "is missing") }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.tensor(0, of: .float32)
    let positions = try inputs.tensor(1, of: .int64)
    guard data.shape.rank >= 3 else {
      throw .input(0, "has shape \(data.shape), expected [batch, channels, spatial…]")
    }
    guard positions.shape == data.shape else {
      throw .input(1, "has shape \(positions.shape) but input 0 has shape \(data.shape)")
    }
    let pooled = try pooledShape(data.shape)
    let shape = try inputs.optionalIntegers(2).map { Shape(validating: $0) } ?? pooled
    guard let shape, shape.rank == pooled.rank,
      zip(shape.dimensions, pooled.dimensions).allSatisfy({ $0 >= $1 })
    else {
      throw .input(2, "asks for an output that does not hold the \(pooled) of the pooled data")
    }
    return [try unpool(data, positions, pooled: pooled, shape: shape)]
  }

  /// The shape of the data before pooling, as far as the window tells.
  private func pooledShape(_ shape: Shape) throws(OperatorError) -> Shape {
    let rank = shape.rank - 2
    let kernel = try window.requiredKernel(rank: rank)
    let strides = try window.strides(rank: rank)
    let pads = try window.pads(rank: rank)
    let spatial = (0..<rank).map { axis in
      (shape[axis + 2] - 1) * strides[axis] - pads.before[axis] - pads.after[axis] + kernel[axis]
    }
    guard let pooled = Shape(validating: [shape[0], shape[1]] + spatial) else {
      throw .input(0, "leads to an output of spatial sizes \(spatial)")
    }
    return pooled
  }

  /// Scatters the maxima; indices count over `pooled`, which lies at the origin of a perhaps larger `shape`.
  private func unpool(
    _ data: Tensor, _ positions: Tensor, pooled: Shape, shape: Shape
  ) throws(OperatorError) -> Tensor {
    let (elements, places) = (data.span(of: Float.self), positions.span(of: Int64.self))
    return try Tensor(shape, of: Float.self) { (output) throws(OperatorError) in
      for index in output.indices { output[index] = 0 }
      for index in elements.indices {
        guard let place = Int(exactly: places[index]), (0..<pooled.count).contains(place) else {
          throw .input(1, "holds the index \(places[index]), outside the pooled data of shape \(pooled)")
        }
        output[pooled == shape ? place : moved(place, from: pooled.strides, to: shape.strides)] = elements[index]
      }
    }
  }

  /// The position in a tensor with strides `target` that has the coordinates of `place` in one with `source`.
  private func moved(_ place: Int, from source: [Int], to target: [Int]) -> Int {
    var (rest, result) = (place, 0)
    for axis in source.indices {
      result += rest / source[axis] * target[axis]
      rest %= source[axis]
    }
    return result
  }
}
