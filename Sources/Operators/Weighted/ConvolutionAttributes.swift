import Kernels
import Tensors

/// The attributes that all convolutions share, and the checks of shapes that follow from them.
final class ConvolutionAttributes: Sendable {
  let window: WindowAttributes
  let groups: Int
  let channelsLast: Bool
  private let placements = LatestResult<ShapePair, ConvolutionPlacement>()

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node)
    groups = try node.int("group", default: 1)
    channelsLast = try node.isChannelsLast
    guard groups >= 1 else { throw .attribute("group", "is \(groups), expected 1 or more") }
  }

  /// Where the windows of weights [output channels, channels per group, spatial…], found at input `index`, lie on an input
  /// of this shape, and the plan that `plan` makes of it.
  func place(
    _ input: Shape, weights: Shape, at index: Int, plan: (ConvolutionGeometry) -> ConvolutionPlan?
  ) throws(OperatorError) -> ConvolutionPlacement {
    try placements.value(for: ShapePair(first: input, second: weights)) { () throws(OperatorError) in
      let data = try SpatialShape(input, channelsLast: channelsLast)
      let windows = try windows(on: data, weights: weights, at: index)
      let geometry = try packing(weights)?.placed(on: data, windows)
      return ConvolutionPlacement(
        data: data, windows: windows, result: try data.result(channels: weights[0], spatial: windows.output),
        geometry: geometry, plan: geometry.flatMap(plan))
    }
  }

  /// Where the windows of weights [output channels, channels per group, spatial…], found at input `index`, lie.
  private func windows(
    on data: SpatialShape, weights shape: Shape, at index: Int
  ) throws(OperatorError) -> WindowGeometry {
    guard shape.rank == data.spatial.count + 2 else {
      throw .input(index, "has shape \(shape), expected \(data.spatial.count + 2) axes as input 0 has")
    }
    let grouped = groups == 1 ? "" : " in \(groups) groups"
    // Not a product of the two, which could overflow for a hostile group count.
    guard data.channels % groups == 0, data.channels / groups == shape[1] else {
      throw .input(index, "has shape \(shape) but input 0 has \(data.channels) channels\(grouped)")
    }
    guard shape[0] % groups == 0 else {
      throw .input(index, "has \(shape[0]) output channels, which \(groups) groups do not divide")
    }
    let kernel = Array(shape.dimensions[2...])
    guard !kernel.contains(0) else { throw .input(index, "has shape \(shape), an empty window") }
    if let stated = window.kernelShape, stated != kernel {
      throw .attribute("kernel_shape", "is \(stated) but input \(index) has shape \(shape)")
    }
    return try window.geometry(input: data.spatial, kernel: kernel)
  }

  /// Checks a bias of one element per output channel.
  func check(bias: Tensor, at index: Int, outputChannels: Int, type: DataType) throws(OperatorError) {
    guard bias.type == type else { throw .input(index, "has type \(bias.type), expected \(type)") }
    guard bias.shape.rank == 1, bias.count == outputChannels else {
      throw .input(index, "has shape \(bias.shape), expected [\(outputChannels)] for the output channels")
    }
  }

  /// What the kernels need to know to pack weights of the given shape; nil where they do not take them: more than three
  /// spatial axes, or no elements at all.
  func packing(_ shape: Shape) throws(OperatorError) -> ConvolutionGeometry? {
    guard (3...5).contains(shape.rank), shape.count > 0, shape[0] % groups == 0 else { return nil }
    // What is missing of three spatial axes is one plane, one row high.
    let missing = [Int](repeating: 1, count: 5 - shape.rank)
    let kernel = missing + shape.dimensions[2...]
    let dilations = missing + (try window.dilations(rank: shape.rank - 2))
    var geometry = ConvolutionGeometry(
      input: .init(1), inputChannels: shape[1] * groups, outputChannels: shape[0],
      kernel: .init(height: kernel[1], width: kernel[2]),
      dilations: .init(height: dilations[1], width: dilations[2]), groups: groups)
    geometry.planes = .init(kernel: kernel[0], dilation: dilations[0])
    return geometry
  }
}
