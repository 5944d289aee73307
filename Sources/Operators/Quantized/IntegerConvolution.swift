import Kernels
import Tensors

/// A convolution of 8-bit integers less their zero points: what ConvInteger and QLinearConv have in common.
struct IntegerConvolution: Sendable {
  private let attributes: ConvolutionAttributes
  /// Where the node has its weights and, perhaps, their zero points.
  private let index: Int
  private let zeroPointIndex: Int
  private let hasZeroPoint: Bool
  private var packed: DirectConvolution<Int32>?

  init(_ node: NodeReader, weights index: Int, zeroPoint: Int) throws(OperatorError) {
    attributes = try ConvolutionAttributes(node)
    self.index = index
    zeroPointIndex = zeroPoint
    hasZeroPoint = node.hasInput(zeroPoint)
  }

  /// This convolution with weights packed, where they and their zero points are constant.
  func prepared(with constants: [Tensor?]) -> IntegerConvolution {
    guard let weights = constants[index], weights.shape.rank >= 3, weights.shape[0] % attributes.groups == 0,
      let zeros = hasZeroPoint ? constants[zeroPointIndex]?.int32Elements : [0],
      zeros.count == 1 || zeros.count == weights.shape[0]
    else { return self }
    var prepared = self
    prepared.packed = pack(weights, zeros)
    return prepared
  }

  /// The data of input 0, channels last, and where the windows lie on it.
  struct Plan {
    fileprivate let data: SpatialData
    fileprivate let geometry: WindowGeometry
    fileprivate let shape: Shape
    let outputChannels: Int
  }

  /// Checks data and weights against each other.
  func plan(_ inputs: OperatorInputs) throws(OperatorError) -> Plan {
    let weights = try inputs.bytes(index)
    let data = try SpatialData(inputs.bytes(0), channelsLast: attributes.channelsLast, compute: inputs.compute)
    let geometry = try attributes.geometry(of: data, weights: weights.shape, at: index)
    let shape = try data.shape(channels: weights.shape[0], spatial: geometry.output)
    return Plan(data: data, geometry: geometry, shape: shape, outputChannels: weights.shape[0])
  }

  /// The sums of products, plus a bias per channel, in int32 that wraps around; padding counts as zero.
  func sums(
    _ plan: Plan, zeroPoint: Int32, bias: Tensor? = nil, _ inputs: OperatorInputs
  ) throws(OperatorError) -> Tensor {
    let weights = try inputs.bytes(index)
    let zeros = try inputs.zeroPoints(zeroPointIndex, of: weights.type)
    guard zeros.count == 1 || zeros.count == plan.outputChannels else {
      throw .input(
        zeroPointIndex,
        "has shape \(inputs[zeroPointIndex].shape), expected one zero point or \(plan.outputChannels)")
    }
    let convolution = packed ?? pack(weights, zeros)
    let data = plan.data.tensor
    let centred = Tensor(data.shape, (data.int32Elements ?? []).map { $0 - zeroPoint })
    let elements = centred.span(of: Int32.self)
    return Tensor(plan.shape, of: Int32.self) { output in
      output.fill(repeating: bias, every: plan.outputChannels)
      convolution.accumulate(elements, into: &output, batch: plan.data.batch, geometry: plan.geometry)
    }
  }

  /// A channels-last result as the node's consumers expect it.
  func finished(_ result: Tensor, _ inputs: OperatorInputs) -> Tensor {
    result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)
  }

  private func pack(_ weights: Tensor, _ zeros: [Int32]) -> DirectConvolution<Int32> {
    let values = weights.int32Elements ?? []
    let perChannel = weights.count / max(weights.shape[0], 1)
    let centred = values.indices.map { values[$0] - zeros[zeros.count == 1 ? 0 : $0 / perChannel] }
    return DirectConvolution(centred, shape: weights.shape, groups: attributes.groups)
  }
}
