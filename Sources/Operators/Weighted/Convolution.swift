import Kernels
import Tensors

/// A floating-point convolution with its epilogue: what Conv and FusedConv have in common.
///
/// A class, so that a run of a node does not copy it.
final class Convolution: Sendable {
  private let attributes: ConvolutionAttributes
  private let activation: Activation
  private let broadcastsResidual: Bool
  private let weights: Weights?

  /// Weights in the order that the computation reads them.
  private enum Weights: Sendable {
    case packed(PackedConvolution)
    case float(DirectConvolution<Float>)
    case double(DirectConvolution<Double>)
  }

  /// Input 0 channels last, where the windows lie on it, and what is added to the products.
  private struct Job {
    let data: Tensor
    let placement: ConvolutionPlacement
    let bias: Tensor?
    let residual: Tensor?
    let compute: Compute
  }

  /// - Parameter broadcastsResidual: Whether a residual of another shape than the result is broadcast with it, and is
  ///   not an error.
  convenience init(
    _ node: NodeReader, activation: Activation = .none, broadcastsResidual: Bool = false
  ) throws(OperatorError) {
    self.init(
      try ConvolutionAttributes(node), activation: activation, broadcastsResidual: broadcastsResidual, weights: nil)
  }

  private init(
    _ attributes: ConvolutionAttributes, activation: Activation, broadcastsResidual: Bool, weights: Weights?
  ) {
    self.attributes = attributes
    self.activation = activation
    self.broadcastsResidual = broadcastsResidual
    self.weights = weights
  }

  /// This convolution with constant weights in order.
  func prepared(weights: Tensor?) throws(OperatorError) -> Convolution {
    // Weights that do not fit are reported by `run`, which knows the data.
    guard let weights = weights?.widened, weights.shape.rank >= 3, weights.shape[0] % attributes.groups == 0
    else { return self }
    return Convolution(
      attributes, activation: activation, broadcastsResidual: broadcastsResidual, weights: try arrange(weights))
  }

  private func arrange(_ weights: Tensor) throws(OperatorError) -> Weights {
    let groups = attributes.groups
    switch weights.type {
    case .float32:
      if let geometry = try attributes.packing(weights.shape) {
        return .packed(PackedConvolution(weights.span(of: Float.self), for: geometry))
      }
      return .float(DirectConvolution(weights.array(), shape: weights.shape, groups: groups))
    case .float64 where activation != .none: throw .unsupported("an activation is fused for float32 only")
    case .float64: return .double(DirectConvolution(weights.array(), shape: weights.shape, groups: groups))
    default: throw .input(1, "has type \(weights.type), expected float32 or float64")
    }
  }

  /// Convolves input 0 with the weights at 1, adds the bias at 2 and the residual at 3, where present.
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let data = inputs[0]
    let weights = try inputs.tensor(1, of: data.type)
    let job = try job(inputs, data, weights.shape)
    if job.residual == nil, inputs.has(3) { return try broadcastSum(inputs) }
    let arranged = if let prepared = self.weights { prepared } else { try arrange(weights) }
    let result =
      switch arranged {
      case .packed(let weights):
        convolve(job, by: weights, overwriting: weights.takesResidualInPlace ? inputs.overwritable(3) : nil)
      case .float(let weights): activation.applied(to: convolve(job, by: weights), compute: inputs.compute)
      case .double(let weights): convolve(job, by: weights)
      }
    return result.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute)
  }

  /// The shape of the result with the channels last, where `run(_:into:channels:)` can compute it; nil where only
  /// `run` can.
  func partShape(_ inputs: OperatorInputs) throws(OperatorError) -> Shape? {
    guard attributes.channelsLast, !inputs.has(3), case .packed? = weights, inputs[0].type == .float32
    else { return nil }
    return try place(inputs[0].shape, weights: inputs[1].shape, inputs.compute).result
  }

  /// Does what `run` does, into some channels of a tensor. There must be a `partShape`.
  func run(
    _ inputs: OperatorInputs, into output: inout MutableSpan<Float>, channels: OutputChannels
  ) throws(OperatorError) {
    guard case .packed(let packed)? = weights else { preconditionFailure("a part of weights that are not packed") }
    let job = try job(inputs, inputs[0], inputs[1].shape)
    convolve(job, by: packed, into: &output, channels: channels)
  }

  /// Whether a residual may be overwritten with the result.
  var overwritableInputs: [Int] {
    guard case .packed(let weights)? = weights, weights.takesResidualInPlace else { return [] }
    return [3]
  }

  /// What a run computed whose result has so many elements.
  func work(_ inputs: OperatorInputs, resultCount: Int) -> OperatorWork? {
    let shape = inputs[1].shape
    let depth = shape.count(of: 1..<shape.rank)
    guard inputs[0].type == .float32,
      let geometry = try? place(inputs[0].shape, weights: shape, inputs.compute).geometry
    else {
      return inputs.directWork(depth: depth, resultCount: resultCount)
    }
    let kernel = geometry.kernel("f32")
    return inputs.productWork(
      depth: depth, resultCount: resultCount, .float, kernel: kernel.name, variant: kernel.variant)
  }

  /// The result with a residual of another shape, both in the order of the node's values.
  private func broadcastSum(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let residual = try inputs.tensor(3, of: .float32)
    let plain = Convolution(attributes, activation: .none, broadcastsResidual: broadcastsResidual, weights: weights)
    let result = try plain.run(OperatorInputs(Array(inputs.tensors.prefix(3)), compute: inputs.compute))
    guard result.type == .float32 else { throw .input(0, "has type \(result.type), expected float32") }
    let sum = inputs.combine(.add, result, residual, try Broadcast(of: result.shape, with: residual.shape))
    return activation.applied(to: sum, compute: inputs.compute)
  }

  private func job(_ inputs: OperatorInputs, _ data: Tensor, _ weights: Shape) throws(OperatorError) -> Job {
    let placement = try place(data.shape, weights: weights, inputs.compute)
    let bias = inputs.optional(2)
    if let bias { try attributes.check(bias: bias, at: 2, outputChannels: weights[0], type: data.type) }
    return Job(
      data: data.arriving(channelsLast: attributes.channelsLast, compute: inputs.compute), placement: placement,
      bias: bias, residual: try residual(inputs, type: data.type, shape: placement.result), compute: inputs.compute)
  }

  private func place(
    _ data: Shape, weights: Shape, _ compute: Compute
  ) throws(OperatorError) -> ConvolutionPlacement {
    try attributes.place(data, weights: weights, at: 1) { geometry in
      guard case .packed(let packed)? = self.weights else { return nil }
      return compute.plan(geometry, for: packed)
    }
  }

  /// The tensor to add to the result, channels last; nil where there is none or it has to be broadcast.
  private func residual(
    _ inputs: OperatorInputs, type: DataType, shape: Shape
  ) throws(OperatorError) -> Tensor? {
    guard inputs.has(3) else { return nil }
    let input = try inputs.tensor(3, of: type)
    if input.shape.rank == shape.rank {
      let residual = try SpatialData(
        input, index: 3, channelsLast: attributes.channelsLast, compute: inputs.compute
      ).tensor
      if residual.shape == shape { return residual }
    }
    guard broadcastsResidual else {
      throw .input(3, "has shape \(input.shape), which is not that of the output")
    }
    return nil
  }

  private func convolve(_ job: Job, by weights: PackedConvolution, overwriting spent: Tensor?) -> Tensor {
    Tensor(job.placement.result, of: Float.self, overwriting: spent) { output in
      convolve(job, by: weights, into: &output)
    }
  }

  private func convolve(
    _ job: Job, by weights: PackedConvolution, into output: inout MutableSpan<Float>, channels: OutputChannels? = nil
  ) {
    job.compute.convolve(
      job.data.span(of: Float.self), plan(job, weights), by: weights, bias: job.bias.span(of: Float.self),
      activation: activation, residual: job.residual.span(of: Float.self), into: &output, channels: channels)
  }

  private func plan(_ job: Job, _ weights: PackedConvolution) -> ConvolutionPlan {
    if let plan = job.placement.plan { return plan }
    guard let geometry = job.placement.geometry else { preconditionFailure("weights packed for another convolution") }
    return job.compute.plan(geometry, for: weights)
  }

  private func convolve<Number: TensorElement & MultiplicativeElement & AdditiveArithmetic>(
    _ job: Job, by weights: DirectConvolution<Number>
  ) -> Tensor {
    let elements = job.data.span(of: Number.self)
    let (placement, shape) = (job.placement, job.placement.result)
    return Tensor(shape, of: Number.self) { output in
      output.fill(repeating: job.bias, every: shape[shape.rank - 1])
      weights.accumulate(elements, into: &output, batch: placement.data.batch, windows: placement.windows)
      guard let residual = job.residual else { return }
      let addends = residual.span(of: Number.self)
      for index in addends.indices { output[index] += addends[index] }
    }
  }
}

extension MutableSpan where Element: TensorElement & MultiplicativeElement {
  /// Writes the elements of `row` again and again, or zeros where there is no row.
  mutating func fill(repeating row: Tensor?, every count: Int) {
    guard let row else {
      for index in indices { self[index] = .zero }
      return
    }
    let values = row.array(of: Element.self)
    for start in stride(from: 0, to: self.count, by: Swift.max(count, 1)) {
      for index in 0..<count { self[start + index] = values[index] }
    }
  }
}
