import Kernels
import Tensors

/// A convolution of 8-bit integers less their zero points: what ConvInteger and QLinearConv have in common.
///
/// A class, so that a run of a node does not copy it.
final class IntegerConvolution: Sendable {
  private let attributes: ConvolutionAttributes
  /// Where the node has its weights and, perhaps, their zero points and that of the data.
  private let index: Int
  private let zeroPointIndex: Int
  private let dataZeroPointIndex: Int
  private let hasZeroPoint: Bool
  private let prepared: Prepared?

  /// What follows from constant weights.
  private final class Prepared: Sendable {
    let shape: Shape
    let weights: Weights
    /// The zero point of the data, as a tensor, where that is constant as well, and its value.
    let dataZeroPoint: (type: DataType, value: Int32)?

    init(shape: Shape, weights: Weights, dataZeroPoint: (type: DataType, value: Int32)?) {
      self.shape = shape
      self.weights = weights
      self.dataZeroPoint = dataZeroPoint
    }
  }

  /// Weights in the order that the computation reads them.
  fileprivate enum Weights: Sendable {
    case packed(PackedInt8Convolution)
    case direct(DirectConvolution<Int32>)
  }

  /// Input 0 channels last, and where the windows lie on it.
  struct Job {
    fileprivate let data: Tensor
    fileprivate let placement: ConvolutionPlacement
    fileprivate let weights: Weights
    let outputChannels: Int
    /// The zero point of the data.
    let zeroPoint: Int32
    fileprivate let compute: Compute
  }

  /// `index` is where the weights are among the inputs, and the others are where the zero points of these and of the data
  /// are.
  init(_ node: NodeReader, weights index: Int, zeroPoint: Int, dataZeroPoint: Int) throws(OperatorError) {
    attributes = try ConvolutionAttributes(node)
    self.index = index
    zeroPointIndex = zeroPoint
    dataZeroPointIndex = dataZeroPoint
    hasZeroPoint = node.hasInput(zeroPoint)
    prepared = nil
  }

  private init(_ other: IntegerConvolution, _ prepared: Prepared) {
    attributes = other.attributes
    index = other.index
    zeroPointIndex = other.zeroPointIndex
    dataZeroPointIndex = other.dataZeroPointIndex
    hasZeroPoint = other.hasZeroPoint
    self.prepared = prepared
  }

  /// This convolution with weights packed, where they and their zero points are constant.
  func prepared(with constants: [Tensor?]) throws(OperatorError) -> IntegerConvolution {
    guard let weights = constants[index], weights.type == .int8 || weights.type == .uint8,
      weights.shape.rank >= 3, weights.shape[0] % attributes.groups == 0,
      let zeros = hasZeroPoint ? constants[zeroPointIndex]?.zeroPoints(of: weights.type) : [0],
      zeros.count == 1 || zeros.count == weights.shape[0]
    else { return self }
    return IntegerConvolution(
      self,
      Prepared(
        shape: weights.shape, weights: try arrange(weights, zeros), dataZeroPoint: dataZeroPoint(among: constants)))
  }

  private func dataZeroPoint(among constants: [Tensor?]) -> (type: DataType, value: Int32)? {
    guard dataZeroPointIndex < constants.count, let tensor = constants[dataZeroPointIndex], tensor.type.isByte,
      let values = tensor.int32Elements, values.count == 1
    else { return nil }
    return (tensor.type, values[0])
  }

  /// `epilogue` with the numbers of each channel worked out, where the weights are packed and the data have a constant zero
  /// point.
  func prepared(_ epilogue: IntegerEpilogue) -> IntegerEpilogue {
    guard let prepared, case .packed(let packed) = prepared.weights, let zero = prepared.dataZeroPoint else {
      return epilogue
    }
    return epilogue.prepared(for: packed, of: zero.type, zeroPoint: zero.value)
  }

  /// Checks the data and the weights against each other.
  func job(_ inputs: OperatorInputs) throws(OperatorError) -> Job {
    let shape = if let prepared { prepared.shape } else { try inputs.bytes(index).shape }
    let data = try inputs.bytes(0)
    let placement = try attributes.place(data.shape, weights: shape, at: index) { geometry in
      guard case .packed(let packed)? = prepared?.weights else { return nil }
      return inputs.compute.plan(geometry, for: packed)
    }
    return Job(
      data: data.arriving(channelsLast: attributes.channelsLast, compute: inputs.compute), placement: placement,
      weights: try arranged(inputs), outputChannels: shape[0], zeroPoint: try zeroPoint(of: data, inputs),
      compute: inputs.compute)
  }

  private func zeroPoint(of data: Tensor, _ inputs: OperatorInputs) throws(OperatorError) -> Int32 {
    if let known = prepared?.dataZeroPoint, known.type == data.type { return known.value }
    return try inputs.zeroPoint(dataZeroPointIndex, of: data.type)
  }

  /// What a run that returned `outputs` computed.
  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let shape = inputs[index].shape
    let depth = shape.count(of: 1..<shape.rank)
    guard let job = try? job(inputs), let geometry = job.placement.geometry else {
      return inputs.directWork(depth: depth, outputs)
    }
    let kernel = geometry.kernel("u8s8")
    return inputs.productWork(depth: depth, outputs, .integer, kernel: kernel.name, variant: kernel.variant)
  }

  /// The sums of products, in int32 that wraps around; padding counts as the zero point. `epilogue` leaves sums as they
  /// are.
  func sums(_ job: Job, epilogue: IntegerEpilogue) -> Tensor {
    let sums =
      switch job.weights {
      case .packed(let weights): job.convolve(by: weights, epilogue: epilogue)
      case .direct(let weights): job.sums(by: weights, bias: nil)
      }
    return sums.leaving(channelsLast: attributes.channelsLast, compute: job.compute)
  }

  /// The sums of products, plus the bias per channel that `target` has as well, quantized again.
  func requantized(_ job: Job, bias: Tensor?, to target: Requantization) -> Tensor {
    let result =
      switch job.weights {
      case .packed(let weights): job.convolve(by: weights, epilogue: target.epilogue)
      case .direct(let weights): target.apply(to: job.sums(by: weights, bias: bias), compute: job.compute)
      }
    return result.leaving(channelsLast: attributes.channelsLast, compute: job.compute)
  }

  private func arranged(_ inputs: OperatorInputs) throws(OperatorError) -> Weights {
    if let prepared { return prepared.weights }
    let weights = try inputs.bytes(index)
    return try arrange(
      weights, OperandZeroPoints(inputs, zeroPointIndex, of: weights.type, count: weights.shape[0]).values)
  }

  private func arrange(_ weights: Tensor, _ zeros: [Int32]) throws(OperatorError) -> Weights {
    if let geometry = try attributes.packing(weights.shape) {
      return .packed(
        weights.type == .uint8
          ? PackedInt8Convolution(weights.span(of: UInt8.self), for: geometry, zeroPoints: zeros)
          : PackedInt8Convolution(weights.span(of: Int8.self), for: geometry, zeroPoints: zeros))
    }
    let values = weights.int32Elements ?? []
    let perChannel = weights.count / max(weights.shape[0], 1)
    let centred = values.indices.map { values[$0] - zeros[zeros.count == 1 ? 0 : $0 / perChannel] }
    return .direct(DirectConvolution(centred, shape: weights.shape, groups: attributes.groups))
  }
}

extension IntegerConvolution.Job {
  fileprivate func convolve(by weights: PackedInt8Convolution, epilogue: IntegerEpilogue) -> Tensor {
    switch epilogue {
    case .unsigned(let epilogue): convolve(by: weights, epilogue: epilogue)
    case .signed(let epilogue): convolve(by: weights, epilogue: epilogue)
    case .real(let epilogue): convolve(by: weights, epilogue: epilogue)
    case .sums(let epilogue): convolve(by: weights, epilogue: epilogue)
    }
  }

  private func convolve<Output>(by weights: PackedInt8Convolution, epilogue: Int8Epilogue<Output>) -> Tensor {
    data.type == .uint8
      ? convolve(UInt8.self, by: weights, epilogue: epilogue) : convolve(Int8.self, by: weights, epilogue: epilogue)
  }

  private func convolve<Value: QuantizedByte, Output>(
    _: Value.Type, by weights: PackedInt8Convolution, epilogue: Int8Epilogue<Output>
  ) -> Tensor {
    guard let geometry = placement.geometry else { preconditionFailure("weights packed for another convolution") }
    let plan = placement.plan ?? compute.plan(geometry, for: weights)
    let elements = data.span(of: Value.self)
    return Tensor(placement.result, of: Output.self) { output in
      compute.convolveInt8(
        elements, plan, zeroPoint: zeroPoint, by: weights, epilogue: epilogue, into: &output)
    }
  }

  fileprivate func sums(by weights: DirectConvolution<Int32>, bias: Tensor?) -> Tensor {
    let centred = Tensor(data.shape, (data.int32Elements ?? []).map { $0 - zeroPoint })
    let elements = centred.span(of: Int32.self)
    return Tensor(placement.result, of: Int32.self) { output in
      output.fill(repeating: bias, every: outputChannels)
      weights.accumulate(elements, into: &output, batch: placement.data.batch, windows: placement.windows)
    }
  }
}
