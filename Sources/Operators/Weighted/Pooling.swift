import Kernels
import Tensors

/// Windows of a pooling operator placed on channels-last data.
struct PoolingAttributes: Sendable {
  private let window: WindowAttributes
  let channelsLast: Bool
  private let geometries = LatestResult<[Int], WindowGeometry>()

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node, allowsPartialWindows: true)
    channelsLast = try node.isChannelsLast
    guard window.kernelShape != nil else { throw .attribute("kernel_shape", "is missing") }
  }

  func geometry(of data: SpatialData) throws(OperatorError) -> WindowGeometry {
    try geometries.value(for: data.spatial) { () throws(OperatorError) in try geometry(spatial: data.spatial) }
  }

  private func geometry(spatial: [Int]) throws(OperatorError) -> WindowGeometry {
    let kernel = try window.requiredKernel(rank: spatial.count)
    let geometry = try window.geometry(input: spatial, kernel: kernel)
    for axis in geometry.axes where max(axis.padBefore, axis.padAfter) >= axis.extent && window.autoPad == .notSet {
      throw .attribute(
        "pads",
        "has the value \(max(axis.padBefore, axis.padAfter)), expected less than the \(axis.extent) elements "
          + "that the window spans")
    }
    return geometry
  }
}

/// How pooling folds the elements of one window, channel by channel.
protocol WindowFold {
  associatedtype Number: TensorElement
  /// What the fold begins with.
  var initial: Number { get }
  /// Takes one more element in.
  func fold(_ total: inout Number, _ element: Number)
  /// Turns the total over `count` elements on data, of `padded` with those on padding, into the result.
  func finish(_ total: Number, count: Int, padded: Int) -> Number
}

extension WindowFold {
  func finish(_ total: Number, count: Int, padded: Int) -> Number { total }

  /// Folds every window of channels-last data, over any number of spatial axes.
  func pool(_ data: SpatialData, _ geometry: WindowGeometry, shape: Shape) -> Tensor {
    let source = data.tensor.span(of: Number.self)
    let channels = data.channels
    return Tensor(shape, of: Number.self) { output in
      var taps: [WindowGeometry.Tap] = []
      for window in 0..<geometry.outputCount {
        geometry.collectTaps(ofWindow: window, into: &taps)
        let padded = geometry.paddedTaps(ofWindow: window)
        for image in 0..<data.batch {
          let target = (image * geometry.outputCount + window) * channels
          for channel in 0..<channels { output[target + channel] = initial }
          for tap in taps {
            let start = (image * geometry.inputCount + tap.input) * channels
            for channel in 0..<channels { fold(&output[target + channel], source[start + channel]) }
          }
          for channel in 0..<channels {
            output[target + channel] = finish(output[target + channel], count: taps.count, padded: padded)
          }
        }
      }
    }
  }
}

extension SpatialData {
  /// The geometry of one window that takes in all of the data.
  func wholeWindow() throws(OperatorError) -> WindowGeometry {
    try WindowGeometry(spatial.map { WindowGeometry.Axis(input: $0, kernel: $0) })
  }

  /// These windows as the pooling kernels take them; nil where there are more axes than they know, or no elements.
  func pooling(_ windows: WindowGeometry, countsPadding: Bool = false) -> PoolingShape? {
    guard windows.axes.count <= 3, tensor.count > 0 else { return nil }
    let axes = windows.axes.map { axis in
      PoolingAxis(
        input: axis.input, output: axis.output, kernel: axis.kernel, stride: axis.stride, dilation: axis.dilation,
        padBegin: axis.padBefore, padEnd: axis.padAfter)
    }
    return PoolingShape(batch: batch, axes: axes, channels: channels, countsPadding: countsPadding)
  }

  /// The largest element of each window, channels last.
  func maxima(_ windows: WindowGeometry) throws(OperatorError) -> Tensor {
    let shape = try shape(channels: channels, spatial: windows.output)
    guard let pooling = pooling(windows) else { return try directMaxima(windows, shape) }
    switch type {
    case .float32:
      let elements = tensor.span(of: Float.self)
      return Tensor(shape, of: Float.self) { compute.poolMaximum(elements, pooling, into: &$0) }
    case .uint8:
      let elements = tensor.span(of: UInt8.self)
      return Tensor(shape, of: UInt8.self) { compute.poolMaximum(elements, pooling, into: &$0) }
    case .int8:
      let elements = tensor.span(of: Int8.self)
      return Tensor(shape, of: Int8.self) { compute.poolMaximum(elements, pooling, into: &$0) }
    default: return try directMaxima(windows, shape)
    }
  }

  private func directMaxima(_ windows: WindowGeometry, _ shape: Shape) throws(OperatorError) -> Tensor {
    switch type {
    case .float32: return Maximizing(initial: -Float.infinity).pool(self, windows, shape: shape)
    case .float64: return Maximizing(initial: -Double.infinity).pool(self, windows, shape: shape)
    case .uint8: return Maximizing(initial: UInt8.min).pool(self, windows, shape: shape)
    case .int8: return Maximizing(initial: Int8.min).pool(self, windows, shape: shape)
    default: throw .input(0, "has type \(type), expected a floating-point type, int8 or uint8")
    }
  }

  /// The mean of each window, channels last.
  func means(_ windows: WindowGeometry, countsPadding: Bool = false) throws(OperatorError) -> Tensor {
    let shape = try shape(channels: channels, spatial: windows.output)
    switch type {
    case .float32:
      guard let pooling = pooling(windows, countsPadding: countsPadding) else {
        return Averaging<Float>(countsPadding: countsPadding).pool(self, windows, shape: shape)
      }
      let elements = tensor.span(of: Float.self)
      return Tensor(shape, of: Float.self) { compute.poolAverage(elements, pooling, into: &$0) }
    case .float64: return Averaging<Double>(countsPadding: countsPadding).pool(self, windows, shape: shape)
    default: throw .input(0, "has type \(type), expected a floating-point type")
    }
  }
}
