import Tensors

/// DepthToSpace (ONNX 1, 11, 13, 28): groups of channels laid out as blocks of neighbouring pixels.
struct DepthToSpace: Operator {
  static let schema = OperatorSchema("DepthToSpace", inputs: 1...1, acceptsHalf: true)

  private let blockSize: Int
  private let order: BlockOrder

  init(_ node: NodeReader) throws(OperatorError) {
    blockSize = try node.blockSize()
    order = try BlockOrder(node, since: 11)
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let block = blockSize
    guard shape.rank == 4, shape[1] % (block * block) == 0 else {
      throw .input(0, "has shape \(shape), expected 4 axes and channels that divide by \(block * block)")
    }
    let (batch, channels, height, width) = (shape[0], shape[1] / (block * block), shape[2], shape[3])
    let moved =
      switch order {
      case .depthColumnRow:
        try inputs[0].reshaped([batch, block, block, channels, height, width]).transposed(
          [0, 3, 4, 1, 5, 2], inputs.compute)
      case .columnRowDepth:
        try inputs[0].reshaped([batch, channels, block, block, height, width]).transposed(
          [0, 1, 4, 2, 5, 3], inputs.compute)
      }
    return [moved.reshaped([batch, channels, height * block, width * block])]
  }
}
