import Kernels
import Tensors

/// Windows of a pooling operator placed on channels-last data.
struct PoolingAttributes: Sendable {
  private let window: WindowAttributes
  let channelsLast: Bool
  private let countsPadding: Bool
  private let placements = LatestResult<Shape, PoolingPlacement>()

  /// - Parameter countsPadding: Whether an average counts padding as zeros.
  init(_ node: NodeReader, countsPadding: Bool = false) throws(OperatorError) {
    self.countsPadding = countsPadding
    window = try WindowAttributes(node, allowsPartialWindows: true)
    channelsLast = try node.isChannelsLast
    guard window.kernelShape != nil else { throw .attribute("kernel_shape", "is missing") }
  }

  /// The windows on data of a shape.
  func place(_ shape: Shape) throws(OperatorError) -> PoolingPlacement {
    try placements.value(for: shape) { () throws(OperatorError) in
      let data = try SpatialShape(shape, channelsLast: channelsLast)
      return try PoolingPlacement(data, geometry(spatial: data.spatial), countsPadding: countsPadding)
    }
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
  /// The largest element of each window, channels last.
  func maxima(_ placement: PoolingPlacement) throws(OperatorError) -> Tensor {
    let (windows, shape) = (placement.windows, placement.result)
    guard let pooling = placement.pooling else { return try directMaxima(windows, shape) }
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
  func means(_ placement: PoolingPlacement, countsPadding: Bool = false) throws(OperatorError) -> Tensor {
    let (windows, shape) = (placement.windows, placement.result)
    switch type {
    case .float32:
      guard let pooling = placement.pooling else {
        return Averaging<Float>(countsPadding: countsPadding).pool(self, windows, shape: shape)
      }
      let elements = tensor.span(of: Float.self)
      return Tensor(shape, of: Float.self) { compute.poolAverage(elements, pooling, into: &$0) }
    case .float64: return Averaging<Double>(countsPadding: countsPadding).pool(self, windows, shape: shape)
    default: throw .input(0, "has type \(type), expected a floating-point type")
    }
  }
}
