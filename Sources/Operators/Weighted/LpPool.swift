import Kernels
import Tensors

/// LpPool (ONNX 2, 11, 18, 22): the p-norm of each window.
struct LpPool: Operator {
  static let schema = OperatorSchema("LpPool", versions: 2...newestOpset, inputs: 1...1, bfloat16Since: 22)

  private let attributes: PoolingAttributes
  private let power: Int

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try PoolingAttributes(node)
    power = try node.normPower()
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let placement = try attributes.place(inputs[0].shape)
    let data = SpatialData(inputs[0], placement.data, channelsLast: attributes.channelsLast, compute: inputs.compute)
    let result = try data.norms(power: power, placement)
    return [result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)]
  }
}

extension NodeReader {
  /// The attribute `p` of a norm.
  func normPower() throws(OperatorError) -> Int {
    let power = try int("p", default: 2)
    guard power >= 1 else { throw .attribute("p", "is \(power), expected 1 or more") }
    return power
  }
}

extension SpatialData {
  /// The norms of the windows.
  func norms(power: Int, _ placement: PoolingPlacement) throws(OperatorError) -> Tensor {
    let (geometry, shape) = (placement.windows, placement.result)
    switch type {
    case .float64: return Norming<Double>(power: Double(power)).pool(self, geometry, shape: shape)
    case .float32: return Norming<Float>(power: Float(power)).pool(self, geometry, shape: shape)
    default: throw .input(0, "has type \(type), expected a floating-point type")
    }
  }
}
