import Tensors

/// SpaceToDepth (ONNX 1, 13, 28): blocks of neighbouring pixels laid out as groups of channels.
struct SpaceToDepth: Operator {
  static let schema = OperatorSchema("SpaceToDepth", inputs: 1...1, acceptsHalf: true)

  private let blockSize: Int
  private let order: BlockOrder

  init(_ node: NodeReader) throws(OperatorError) {
    blockSize = try node.blockSize()
    order = try BlockOrder(node, since: 28)
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let block = blockSize
    guard shape.rank == 4, shape[2] % block == 0, shape[3] % block == 0 else {
      throw .input(0, "has shape \(shape), expected 4 axes and a height and width that divide by \(block)")
    }
    let (batch, channels, height, width) = (shape[0], shape[1], shape[2] / block, shape[3] / block)
    let apart = inputs[0].reshaped([batch, channels, height, block, width, block])
    let moved =
      switch order {
      case .depthColumnRow: try apart.transposed([0, 3, 5, 1, 2, 4], inputs.compute)
      case .columnRowDepth: try apart.transposed([0, 1, 3, 5, 2, 4], inputs.compute)
      }
    return [moved.reshaped([batch, channels * block * block, height, width])]
  }
}
