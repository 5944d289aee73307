import Tensors

/// Unsqueeze (ONNX 1, 11, 13, …): with axes of size 1 put in, numbered as in the result; the axes are an input since
/// version 13.
struct Unsqueeze: Operator {
  static let schema = OperatorSchema("Unsqueeze", inputs: 1...2, acceptsHalf: true)

  private let axes: IntegerParameter

  init(_ node: NodeReader) throws(OperatorError) {
    axes = try IntegerParameter(node, attribute: "axes", input: 1, since: 13)
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let named = try axes.values(inputs)
    let input = inputs[0]
    var dimensions = input.shape.dimensions
    let added = try axes.source.normalizedAxes(named, rank: dimensions.count + named.count)
    for axis in added.sorted() { dimensions.insert(1, at: axis) }
    return [input.reshaped(Shape(dimensions))]
  }
}
