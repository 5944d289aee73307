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
    let rank = inputs[0].shape.rank + named.count
    let added = Set(try axes.source.normalizedAxes(named, rank: rank))
    var remaining = inputs[0].shape.dimensions[...]
    let dimensions = (0..<rank).map { added.contains($0) ? 1 : remaining.removeFirst() }
    return [inputs[0].reshaped(Shape(dimensions))]
  }
}
