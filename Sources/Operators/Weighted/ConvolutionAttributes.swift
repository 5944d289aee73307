import Kernels
import Tensors

/// The attributes that all convolutions share, and the checks of shapes that follow from them.
struct ConvolutionAttributes: Sendable {
  let window: WindowAttributes
  let groups: Int
  let channelsLast: Bool
  private let placements = LatestResult<[Shape], Placement>()

  /// Where the windows lie on data of some shape, and the shape of the result with the channels last.
  private struct Placement: Sendable {
    let data: SpatialShape
    let windows: WindowGeometry
    let result: Shape
  }

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node)
    groups = try node.int("group", default: 1)
    channelsLast = try node.isChannelsLast
    guard groups >= 1 else { throw .attribute("group", "is \(groups), expected 1 or more") }
  }

  /// An input as channels-last data, where the windows of weights [output channels, channels per group, spatial…], found
  /// at input `index`, lie on it, and the shape of the result with the channels last.
  func place(
    _ input: Tensor, weights: Shape, at index: Int, compute: Compute
  ) throws(OperatorError) -> (data: SpatialData, windows: WindowGeometry, result: Shape) {
    let placement = try placements.value(for: [input.shape, weights]) { () throws(OperatorError) in
      let data = try SpatialShape(input.shape, channelsLast: channelsLast)
      let windows = try windows(on: data, weights: weights, at: index)
      return Placement(
        data: data, windows: windows, result: try data.result(channels: weights[0], spatial: windows.output))
    }
    let data = SpatialData(input, placement.data, channelsLast: channelsLast, compute: compute)
    return (data, placement.windows, placement.result)
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
    guard bias.shape == [outputChannels] else {
      throw .input(index, "has shape \(bias.shape), expected [\(outputChannels)] for the output channels")
    }
  }

  /// What the kernels need to know to pack weights of the given shape; nil where they do not take them: more than two
  /// spatial axes, or no elements at all.
  func packing(_ shape: Shape) throws(OperatorError) -> ConvolutionGeometry? {
    guard (3...4).contains(shape.rank), shape.count > 0, shape[0] % groups == 0 else { return nil }
    let dilations = try window.dilations(rank: shape.rank - 2)
    // One spatial axis is a height of 1.
    let kernel = shape.rank == 3 ? [1, shape[2]] : [shape[2], shape[3]]
    let steps = shape.rank == 3 ? [1] + dilations : dilations
    return ConvolutionGeometry(
      input: .init(1), inputChannels: shape[1] * groups, outputChannels: shape[0],
      kernel: .init(height: kernel[0], width: kernel[1]), dilations: .init(height: steps[0], width: steps[1]),
      groups: groups)
  }
}

extension ConvolutionGeometry {
  /// This geometry with the sizes of actual data in place.
  func placed(on data: SpatialData, _ windows: WindowGeometry) -> ConvolutionGeometry {
    guard let axes = windows.planar?.axes else { preconditionFailure("weights packed for \(windows.axes.count) axes") }
    var geometry = self
    geometry.batch = data.batch
    geometry.input = Size(height: axes[0].input, width: axes[1].input)
    geometry.strides = Size(height: axes[0].stride, width: axes[1].stride)
    geometry.padding = Padding(
      top: axes[0].padBefore, left: axes[1].padBefore, bottom: axes[0].padAfter, right: axes[1].padAfter)
    return geometry
  }
}
