import Kernels
import Tensors

/// All that follows from the shape of the data that is pooled, shared by the runs on such data.
final class PoolingPlacement: Sendable {
  let data: SpatialShape
  let windows: WindowGeometry
  /// The shape of the result with the channels last.
  let result: Shape
  /// The windows as the kernels take them; nil where there are more axes than they know, or no elements.
  let pooling: PoolingShape?

  init(_ data: SpatialShape, _ windows: WindowGeometry, countsPadding: Bool = false) throws(OperatorError) {
    self.data = data
    self.windows = windows
    result = try data.result(channels: data.channels, spatial: windows.output)
    let hasElements = data.batch > 0 && data.channels > 0 && !data.spatial.contains(0)
    guard windows.axes.count <= 3, hasElements else {
      pooling = nil
      return
    }
    let axes = windows.axes.map { axis in
      PoolingAxis(
        input: axis.input, output: axis.output, kernel: axis.kernel, stride: axis.stride, dilation: axis.dilation,
        padBegin: axis.padBefore, padEnd: axis.padAfter)
    }
    pooling = PoolingShape(batch: data.batch, axes: axes, channels: data.channels, countsPadding: countsPadding)
  }
}

/// One window that takes in all of the data, as the global forms of pooling have it.
struct GlobalWindow: Sendable {
  let channelsLast: Bool
  private let placements = LatestResult<Shape, PoolingPlacement>()

  init(_ node: NodeReader) throws(OperatorError) { channelsLast = try node.isChannelsLast }

  /// The window on data of a shape.
  func place(_ shape: Shape) throws(OperatorError) -> PoolingPlacement {
    try placements.value(for: shape) { () throws(OperatorError) in
      let data = try SpatialShape(shape, channelsLast: channelsLast)
      return try PoolingPlacement(
        data, WindowGeometry(data.spatial.map { WindowGeometry.Axis(input: $0, kernel: $0) }))
    }
  }
}
