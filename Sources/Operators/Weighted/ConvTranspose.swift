import Kernels
import Tensors

/// ConvTranspose (ONNX 1, 11, 22): each element of the data spreads a window of weights over the output.
struct ConvTranspose: Operator {
  static let schema = OperatorSchema("ConvTranspose", inputs: 2...3, bfloat16Since: 22)

  private let geometry: TransposedGeometry
  private let groups: Int
  private let channelsLast: Bool
  private let placements = LatestResult<ShapePair, Placement>()
  private var constant: ConstantWeights?

  /// What follows from the shapes of the data and the weights.
  private struct Placement: Sendable {
    let data: SpatialShape
    let windows: WindowGeometry
    /// The shape of the result with the channels last.
    let result: Shape
    /// How the kernels go about it; nil where they do not.
    let phases: PhasedConvolution?
  }

  /// Weights that are the same in every run, with what follows from them.
  private final class ConstantWeights: Sendable {
    let tensor: Tensor
    let packed = LatestResult<[PhasedConvolution.Kernel], [PackedConvolution]>()
    let steps = LatestResult<Shape, [PhasedConvolution.Step]>()

    init(_ tensor: Tensor) { self.tensor = tensor }
  }

  init(_ node: NodeReader) throws(OperatorError) {
    geometry = try TransposedGeometry(node)
    groups = try node.int("group", default: 1)
    channelsLast = try node.isChannelsLast
    guard groups >= 1 else { throw .attribute("group", "is \(groups), expected 1 or more") }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    guard let weights = constants[1]?.widened, weights.type == .float32 else { return self }
    var prepared = self
    prepared.constant = ConstantWeights(weights)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let weights = try inputs.tensor(1, of: inputs[0].type)
    let placement = try place(inputs[0].shape, weights.shape)
    let data = inputs[0].arriving(channelsLast: channelsLast, compute: inputs.compute)
    let (bias, channels) = (inputs.optional(2), placement.result[placement.result.rank - 1])
    if let bias {
      guard bias.type == data.type, bias.shape == [channels] else {
        throw .input(2, "is \(bias.type) of shape \(bias.shape), expected \(data.type) of shape [\(channels)]")
      }
    }
    let result: Tensor
    switch data.type {
    case .float32:
      if let phases = placement.phases {
        let steps = try steps(phases, data.shape, weights, inputs.compute)
        let elements = data.span(of: Float.self)
        result = Tensor(placement.result, of: Float.self) { output in
          phases.run(elements, steps, bias: bias, compute: inputs.compute, into: &output)
        }
      } else {
        result = spread(data, by: DirectTransposedConvolution<Float>(weights, groups: groups), placement, bias: bias)
      }
    case .float64:
      result = spread(data, by: DirectTransposedConvolution<Double>(weights, groups: groups), placement, bias: bias)
    default: throw .input(0, "has type \(data.type), expected float32 or float64")
    }
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let (type, weights) = (inputs[0].type, inputs[1].shape)
    let multiplyAdds = inputs[0].count * weights.count(of: 1..<weights.rank)
    guard type == .float32, let example = try? place(inputs[0].shape, weights).phases?.example else {
      return OperatorWork(multiplyAdds: multiplyAdds, .float, kernel: "direct \(type)", tier: nil)
    }
    return OperatorWork(
      multiplyAdds: multiplyAdds, .float, kernel: example.kernel("f32").name, tier: inputs.compute.tier,
      variant: "in phases")
  }

  private func place(_ data: Shape, _ weights: Shape) throws(OperatorError) -> Placement {
    try placements.value(for: ShapePair(first: data, second: weights)) { () throws(OperatorError) in
      let data = try SpatialShape(data, channelsLast: channelsLast)
      let channels = try outputChannels(weights, data)
      let windows = try geometry.windows(input: data.spatial, weights: weights)
      return Placement(
        data: data, windows: windows,
        result: try data.result(channels: channels, spatial: windows.axes.map(\.input)),
        phases: PhasedConvolution(batch: data.batch, windows, weights: weights, groups: groups))
    }
  }

  /// The convolutions that compute `phases` of data of a shape, kept for the next run where the weights are constant.
  private func steps(
    _ phases: PhasedConvolution, _ data: Shape, _ weights: Tensor, _ compute: Compute
  ) throws(OperatorError) -> [PhasedConvolution.Step] {
    guard let constant else { return phases.steps(phases.pack(weights), compute) }
    return try constant.steps.value(for: data) { () throws(OperatorError) in
      let packed = try constant.packed.value(for: phases.kernels) { phases.pack(constant.tensor) }
      return phases.steps(packed, compute)
    }
  }

  private func spread<Number: TensorElement & MultiplicativeElement>(
    _ data: Tensor, by weights: DirectTransposedConvolution<Number>, _ placement: Placement, bias: Tensor?
  ) -> Tensor {
    let elements = data.span(of: Number.self)
    return Tensor(placement.result, of: Number.self) { output in
      output.fill(repeating: bias, every: placement.result[placement.result.rank - 1])
      weights.accumulate(elements, into: &output, batch: placement.data.batch, windows: placement.windows)
    }
  }

  /// Checks weights [channels, output channels per group, spatial…] and counts the output channels.
  private func outputChannels(_ shape: Shape, _ data: SpatialShape) throws(OperatorError) -> Int {
    guard shape.rank == data.spatial.count + 2 else {
      throw .input(1, "has shape \(shape), expected \(data.spatial.count + 2) axes as input 0 has")
    }
    guard shape[0] == data.channels else {
      throw .input(1, "has shape \(shape) but input 0 has \(data.channels) channels")
    }
    guard shape[0] % groups == 0 else {
      throw .input(1, "has \(shape[0]) channels, which \(groups) groups do not divide")
    }
    let (channels, overflow) = shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw .attribute("group", "is \(groups), which is too large") }
    return channels
  }
}
