import Kernels
import Tensors

/// Windows of a pooling operator placed on channels-last data.
struct PoolingAttributes: Sendable {
  private let window: WindowAttributes
  let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node, allowsPartialWindows: true)
    channelsLast = try node.isChannelsLast
    guard window.kernelShape != nil else { throw .attribute("kernel_shape", "is missing") }
  }

  func geometry(of data: SpatialData) throws(OperatorError) -> WindowGeometry {
    let kernel = try window.requiredKernel(rank: data.spatial.count)
    let geometry = try window.geometry(input: data.spatial, kernel: kernel)
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
}
