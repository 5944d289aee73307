import Tensors

/// GatherElements (ONNX 11, 13): for each position of input 1, the element of the data at that position except along
/// `axis`, where the index says which.
struct GatherElements: Operator {
  static let schema = OperatorSchema(
    "GatherElements", versions: 11...newestOpset, inputs: 2...2, acceptsHalf: true)

  private let axis: Int

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis", default: 0) }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let offsets = try inputs.elementOffsets(axis: axis)
    return [try RunGather(inputs[0], shape: inputs[1].shape, runLength: 1, starts: offsets).result()]
  }
}

extension OperatorInputs {
  /// Where in input 0 the elements lie that the indices in input 1 name: each at its own position except along
  /// `axis`, where the index says which (GatherElements, ScatterElements).
  func elementOffsets(axis: Int) throws(OperatorError) -> [Int] {
    let data = self[0].shape
    let shape = self[1].shape
    let axis = try data.axisAttribute(axis)
    guard shape.rank == data.rank, shape.dimensions.indices.allSatisfy({ $0 == axis || shape[$0] <= data[$0] }) else {
      throw .input(1, "has shape \(shape), which does not lie within \(data) outside axis \(axis)")
    }
    let entries = try entryIndices(1, count: data[axis])
    let strides = data.strides
    var rest = strides
    rest[axis] = 0
    var offsets = entries
    var walk = StridedWalk(OperandLayout(shape.dimensions, strides: [rest]), offsets: [0])
    guard !entries.isEmpty else { return [] }
    let (length, step, stride) = (walk.rowLength, walk.rowSteps[0], strides[axis])
    var places = offsets.mutableSpan
    for row in 0..<walk.rowCount {
      var start = walk.offsets[0]
      for position in row * length..<(row + 1) * length {
        places[position] = start + places[position] * stride
        start += step
      }
      walk.advance()
    }
    return offsets
  }
}
