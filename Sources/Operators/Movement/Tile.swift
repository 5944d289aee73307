import Tensors

/// Tile (ONNX 6, 13): repeated a number of times along every axis.
struct Tile: Operator {
  static let schema = OperatorSchema("Tile", versions: 6...newestOpset, inputs: 2...2, acceptsHalf: true)

  init(_ node: NodeReader) throws(OperatorError) {}

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let repeats = try inputs.integers(1)
    guard repeats.count == input.shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw .input(1, "is \(repeats), expected a count for each axis of shape \(input.shape)")
    }
    var dimensions: [Int] = []
    for (size, count) in zip(input.shape.dimensions, repeats) {
      dimensions.append(size.multipliedReportingOverflow(by: count).overflow ? .max : size * count)
    }
    let shape = try input.type.outputShape(dimensions)
    // Each axis is taken apart into its repetitions, which do not move in the source, and its entries.
    let apart = zip(repeats, input.shape.dimensions).flatMap { [$0, $1] }
    let strides = input.shape.strides.flatMap { [0, $0] }
    return [try StridedCopy(input, shape: shape, dimensions: apart, strides: strides, compute: inputs.compute).result()]
  }
}
