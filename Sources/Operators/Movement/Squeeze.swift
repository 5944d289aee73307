import Tensors

/// Squeeze (ONNX 1, 11, 13, …): without axes of size 1; the axes are an input since version 13.
struct Squeeze: Operator {
  static let schema = OperatorSchema("Squeeze", inputs: 1...2, acceptsHalf: true)

  private let axes: IntegerParameter

  init(_ node: NodeReader) throws(OperatorError) {
    axes = try IntegerParameter(node, attribute: "axes", input: 1, since: 13)
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let shape = input.shape
    guard let named = try axes.optionalValues(inputs) else {
      return [input.reshaped(Shape(shape.dimensions.filter { $0 != 1 }))]
    }
    var dimensions = shape.dimensions
    let dropped = try axes.source.normalizedAxes(named, rank: shape.rank)
    for axis in dropped where shape[axis] != 1 {
      throw axes.source.error("names axis \(axis) of shape \(shape), whose size is not 1")
    }
    for axis in dropped.sorted(by: >) { dimensions.remove(at: axis) }
    return [input.reshaped(Shape(dimensions))]
  }
}
