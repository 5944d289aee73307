import Tensors

/// The attributes that all convolutions share, and the checks of shapes that follow from them.
struct ConvolutionAttributes: Sendable {
  let window: WindowAttributes
  let groups: Int
  let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node)
    groups = try node.int("group", default: 1)
    channelsLast = try node.isChannelsLast
    guard groups >= 1 else { throw .attribute("group", "is \(groups), expected 1 or more") }
  }

  /// Where the windows of weights [output channels, channels per group, spatial…], found at input `index`, lie.
  func geometry(
    of data: SpatialData, weights shape: Shape, at index: Int
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
}
