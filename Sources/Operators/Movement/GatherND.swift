import Tensors

/// GatherND (ONNX 11, 12, 13): for each index tuple in the last axis of input 1, the part of the data it leads to.
struct GatherND: Operator {
  static let schema = OperatorSchema("GatherND", versions: 11...newestOpset, inputs: 2...2, acceptsHalf: true)

  private let batchAxes: Int

  init(_ node: NodeReader) throws(OperatorError) {
    batchAxes = try node.int("batch_dims", default: 0)
    guard batchAxes >= 0 else { throw .attribute("batch_dims", "is \(batchAxes), expected 0 or more") }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = inputs[0].shape
    let indices = inputs[1].shape
    guard batchAxes < min(data.rank, indices.rank), data.dimensions[..<batchAxes] == indices.dimensions[..<batchAxes]
    else {
      throw .attribute("batch_dims", "is \(batchAxes), but the inputs have shapes \(data) and \(indices)")
    }
    let tuples = try IndexTuples(inputs, firstAxis: batchAxes)
    let shape = try inputs[0].type.outputShape(
      Array(indices.dimensions.dropLast()) + data.dimensions[(batchAxes + tuples.length)...])
    return [try RunGather(inputs[0], shape: shape, runLength: tuples.runLength, starts: tuples.starts).result()]
  }
}

/// The index tuples in the last axis of input 1, which lead into input 0 from `firstAxis` on (GatherND, ScatterND).
struct IndexTuples {
  /// How many axes a tuple goes through.
  let length: Int
  /// How many elements lie behind one tuple.
  let runLength: Int
  /// Where the elements behind each tuple start.
  let starts: [Int]

  /// The axes before `firstAxis` are the same in both inputs.
  init(_ inputs: OperatorInputs, firstAxis: Int = 0) throws(OperatorError) {
    let data = inputs[0].shape
    let shape = inputs[1].shape
    guard let length = shape.dimensions.last, firstAxis + length <= data.rank else {
      throw .input(1, "has shape \(shape), whose tuples do not lead into shape \(data)")
    }
    let strides = data.strides
    let batchStride = data.count(of: firstAxis..<data.rank)
    let tuplesPerBatch = shape.count(of: firstAxis..<shape.rank - 1)
    let entries = try inputs.integers(1)
    var starts: [Int] = []
    for tuple in 0..<shape.count(of: 0..<shape.rank - 1) {
      var start = tuple / tuplesPerBatch * batchStride
      for position in 0..<length {
        let axis = firstAxis + position
        let entry = entries[tuple * length + position]
        start += try inputs.normalizedIndex(entry, count: data[axis], input: 1) * strides[axis]
      }
      starts.append(start)
    }
    self.length = length
    self.runLength = data.count(of: firstAxis + length..<data.rank)
    self.starts = starts
  }
}
