import Tensors

/// BitCast (ONNX 26): the same bits read as another type of the same width.
struct BitCast: Operator {
  static let schema = OperatorSchema(
    "BitCast", versions: 26...newestOpset, inputs: 1...1, outputs: [.computed], acceptsHalf: true)

  private let target: DataType

  init(_ node: NodeReader) throws(OperatorError) {
    guard let target = try node.dataType("to") else { throw .attribute("to", "is missing") }
    self.target = target
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [target] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    guard inputs[0].type.bitWidth == target.bitWidth else {
      throw .attribute("to", "is \(target), whose width is not that of \(inputs[0].type)")
    }
    return [inputs[0].reinterpreted(as: target)]
  }
}
