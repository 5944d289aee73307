import Tensors

/// Dropout (ONNX 7, 10, 12, 13, 22) as inference sees it: its input, and a mask that drops nothing.
///
/// A node that asks for training (input 2, version 12) is not supported.
struct Dropout: Operator {
  static let schema = OperatorSchema(
    "Dropout", versions: 7...newestOpset, inputs: 1...3, outputs: [.sameAsInput(0), .computed], float32Inputs: [1],
    acceptsHalf: true)

  private let wantsMask: Bool
  /// Before version 10 the mask has the type of the data.
  private let maskIsBoolean: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    wantsMask = node.hasOutput(1)
    maskIsBoolean = node.version >= 10
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    let data = inputs.first ?? nil
    return [data, maskIsBoolean ? .bool : data]
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    if inputs.optional(2) != nil, try inputs.singleBoolean(2) {
      throw .unsupported("input 2 asks for training, which is not supported")
    }
    guard wantsMask else { return [inputs[0]] }
    let one = try Tensor(scalar: Boolean(true)).cast(to: maskIsBoolean ? .bool : inputs[0].type, inputs.compute)
    return [inputs[0], try FilledTensor(one, shape: inputs[0].shape).result()]
  }
}
