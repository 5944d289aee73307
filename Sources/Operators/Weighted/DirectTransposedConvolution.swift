import Tensors

/// A transposed convolution computed from its definition, over any number of spatial axes.
///
/// It serves what the packed kernels do not: float64, more than three spatial axes, padding that cuts off whole windows,
/// and enormous strides.
struct DirectTransposedConvolution<Number: TensorElement & MultiplicativeElement> {
  /// [channel, output channel of the group, kernel position].
  private let weights: [Number]
  private let channels: Int
  private let outputsPerGroup: Int
  private let groups: Int

  /// Takes weights of the shape [channels, output channels per group, spatial…].
  init(_ weights: Tensor, groups: Int) {
    self.weights = weights.array(of: Number.self)
    self.groups = groups
    channels = weights.shape[0]
    outputsPerGroup = weights.shape[1]
  }

  /// Adds what channels-last `data` spread over the channels-last `output`; `windows` lead from the output to the data.
  func accumulate(
    _ data: Span<Number>, into output: inout MutableSpan<Number>, batch: Int, windows: WindowGeometry
  ) {
    var taps: [WindowGeometry.Tap] = []
    for window in 0..<windows.outputCount {
      windows.collectTaps(ofWindow: window, into: &taps)
      for image in 0..<batch {
        let source = (image * windows.outputCount + window) * channels
        for tap in taps {
          let target = (image * windows.inputCount + tap.input) * groups * outputsPerGroup
          accumulate(data, at: source, tap: tap.kernel, of: windows.kernelCount, into: &output, at: target)
        }
      }
    }
  }

  /// Adds what one element of the data spreads through one tap, over all channels.
  private func accumulate(
    _ data: Span<Number>, at source: Int, tap: Int, of kernelCount: Int, into output: inout MutableSpan<Number>,
    at target: Int
  ) {
    let channelsPerGroup = channels / groups
    for channel in 0..<channels {
      let first = target + channel / channelsPerGroup * outputsPerGroup
      for result in 0..<outputsPerGroup {
        let weight = weights[(channel * outputsPerGroup + result) * kernelCount + tap]
        output[first + result].addProduct(data[source + channel], weight)
      }
    }
  }
}
