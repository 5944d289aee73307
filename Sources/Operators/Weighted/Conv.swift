import Tensors

/// Conv (ONNX 1, 11, 22): the correlation of data with weights over one or more spatial axes.
struct Conv: Operator {
  static let schema = OperatorSchema("Conv", inputs: 2...3, bfloat16Since: 22)

  private let convolution: Convolution

  init(_ node: NodeReader) throws(OperatorError) {
    convolution = try Convolution(node)
  }

  private init(_ convolution: Convolution) {
    self.convolution = convolution
  }

  var quantization: QuantizationRule { .weighted(weightAxis: 0) }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    Conv(try convolution.prepared(weights: constants[1]))
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { [try convolution.run(inputs)] }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, resultCount: outputs.firstCount)
  }
}
