import Tensors

/// Gather (ONNX 1, 11, 13): the entries of `axis` that input 1 names, which takes the place of that axis.
struct Gather: Operator {
  static let schema = OperatorSchema("Gather", inputs: 2...2, acceptsHalf: true)

  private let axis: Int

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis", default: 0) }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = inputs[0]
    let axis = try data.shape.axisAttribute(axis)
    let runLength = data.shape.count(of: axis + 1..<data.shape.rank)
    let entries = try inputs.entryIndices(1, count: data.shape[axis])
    let dimensions = data.shape.dimensions
    let shape = try data.type.outputShape(
      Array(dimensions[..<axis]) + inputs[1].shape.dimensions + dimensions[(axis + 1)...])
    let gather = RunGather(
      data, shape: shape, runLength: runLength, starts: entries.map { $0 * runLength },
      outerCount: data.shape.count(of: 0..<axis), outerStride: runLength * data.shape[axis])
    return [try gather.result()]
  }
}
