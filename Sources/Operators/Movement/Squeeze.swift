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
    let shape = inputs[0].shape
    var dropped = shape.dimensions.indices.filter { shape[$0] == 1 }
    if let named = try axes.optionalValues(inputs) {
      dropped = try axes.source.normalizedAxes(named, rank: shape.rank)
      for axis in dropped where shape[axis] != 1 {
        throw axes.source.error("names axis \(axis) of shape \(shape), whose size is not 1")
      }
    }
    let kept = shape.dimensions.indices.filter { !dropped.contains($0) }
    return [inputs[0].reshaped(Shape(kept.map { shape[$0] }))]
  }
}
