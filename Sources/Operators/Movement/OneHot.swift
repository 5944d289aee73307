import Tensors

/// OneHot (ONNX 9, 11, 28): a new axis of size `depth` that holds the second of input 2 at the index and the first
/// elsewhere; an index outside −depth ..< depth gives the first everywhere.
struct OneHot: Operator {
  static let schema = OperatorSchema(
    "OneHot", versions: 9...newestOpset, inputs: 3...3, outputs: [.sameAsInput(2)], bfloat16Since: 28,
    acceptsHalf: true)

  private let axis: Int

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis", default: -1) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let depths = try inputs[1].cast(to: .int64, inputs.compute).array(of: Int64.self)
    guard depths.count == 1, depths[0] >= 0 else { throw .input(1, "is \(depths), expected one depth") }
    let depth = Int(depths[0])
    let values = inputs[2].aligned()
    guard values.shape == [2] else { throw .input(2, "has shape \(values.shape), expected [2]") }
    let shape = inputs[0].shape
    let axis = try ParameterSource.attribute("axis").normalizedAxis(axis, rank: shape.rank + 1)

    var dimensions = shape.dimensions
    dimensions.insert(depth, at: axis)
    let result = try values.type.outputShape(dimensions)
    let indices = try inputs[0].cast(to: .int64, inputs.compute).array(of: Int64.self)
    let inner = shape.count(of: axis..<shape.rank)
    var hot: [Int] = []
    for (position, index) in indices.enumerated() {
      let entry = index < 0 ? Int(index) + depth : Int(index)
      if (0..<depth).contains(entry) { hot.append((position / inner * depth + entry) * inner + position % inner) }
    }
    let off = try StridedCopy(values, shape: [1], strides: [0], compute: inputs.compute).result()
    let on = try StridedCopy(values, shape: [hot.count], offset: 1, strides: [0], compute: inputs.compute).result()
    let background = try FilledTensor(off, shape: result).result()
    return [try RunScatter(background, updates: on, runLength: 1, starts: hot).result()]
  }
}
