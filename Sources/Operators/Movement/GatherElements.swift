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
    let axis = try inputs.elementAxis(axis)
    switch inputs[1].type {
    case .int64: return [try gather(inputs, along: axis, Int64.self)]
    case .int32: return [try gather(inputs, along: axis, Int32.self)]
    case let type: throw .input(1, "has type \(type), expected int64")
    }
  }

  private func gather<Index: TensorElement & FixedWidthInteger>(
    _ inputs: OperatorInputs, along axis: Int, _: Index.Type
  ) throws(OperatorError) -> Tensor {
    let gather = ElementGather<Index>(source: inputs[0].aligned(), indices: inputs[1].aligned(), axis: axis)
    try gather.check(inputs)
    return try gather.result(of: inputs[0].type)
  }
}

/// The elements of a tensor at the positions of some indices, but along an axis at the indices.
private struct ElementGather<Index: TensorElement & FixedWidthInteger>: BitMovement {
  let source: Tensor
  let indices: Tensor
  let axis: Int

  /// Throws where an index, which is that of input 1, is not one of the axis.
  func check(_ inputs: OperatorInputs) throws(OperatorError) {
    let count = source.shape[axis]
    let entries = indices.span(of: Index.self)
    for position in entries.indices {
      let entry = Int(entries[position])
      if entry < -count || entry >= count { _ = try inputs.normalizedIndex(entry, count: count, input: 1) }
    }
  }

  func move<Bits: TensorElement & FixedWidthInteger>(as: Bits.Type) -> Tensor {
    Tensor(indices.shape, of: Bits.self) { output in
      let entries = indices.span(of: Index.self)
      guard !entries.isEmpty else { return }
      let elements = source.bits(as: Bits.self)
      let (count, stride) = (source.shape[axis], source.shape.strides[axis])
      var walk = source.shape.walk(over: indices.shape, except: axis)
      let (length, step) = (walk.rowLength, walk.rowSteps[0])
      for row in 0..<walk.rowCount {
        var start = walk.offsets[0]
        for position in row * length..<(row + 1) * length {
          let entry = Int(entries[position])
          output[position] = elements[start + (entry < 0 ? entry + count : entry) * stride]
          start += step
        }
        walk.advance()
      }
    }
  }
}

extension Shape {
  /// A walk through this shape over the positions of another one, standing still along `axis`.
  fileprivate func walk(over positions: Shape, except axis: Int) -> StridedWalk {
    var steps = strides
    steps[axis] = 0
    return StridedWalk(OperandLayout(positions.dimensions, strides: [steps]), offsets: [0])
  }
}

extension OperatorInputs {
  /// The axis along which the indices in input 1 name elements of input 0, each at its own position but there
  /// (GatherElements, ScatterElements).
  fileprivate func elementAxis(_ axis: Int) throws(OperatorError) -> Int {
    let data = self[0].shape
    let shape = self[1].shape
    let axis = try data.axisAttribute(axis)
    guard shape.rank == data.rank, shape.dimensions.indices.allSatisfy({ $0 == axis || shape[$0] <= data[$0] }) else {
      throw .input(1, "has shape \(shape), which does not lie within \(data) outside axis \(axis)")
    }
    return axis
  }

  /// Where in input 0 the elements lie that the indices in input 1 name.
  func elementOffsets(axis: Int) throws(OperatorError) -> [Int] {
    let axis = try elementAxis(axis)
    var offsets = try entryIndices(1, count: self[0].shape[axis])
    guard !offsets.isEmpty else { return [] }
    let stride = self[0].shape.strides[axis]
    var walk = self[0].shape.walk(over: self[1].shape, except: axis)
    let (length, step) = (walk.rowLength, walk.rowSteps[0])
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
