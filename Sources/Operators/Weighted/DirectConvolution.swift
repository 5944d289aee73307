import Tensors

/// A convolution computed from its definition, over any number of spatial axes and for any element type.
///
/// It serves what the packed kernels do not: more than three spatial axes, float64, and integers of either sign.
final class DirectConvolution<Number: TensorElement & MultiplicativeElement>: Sendable {
  /// The weights as [kernel position, channel within its group, output channel].
  private let weights: [Number]
  private let outputChannels: Int
  private let channelsPerGroup: Int
  private let groups: Int

  /// Takes weights of the shape [output channels, channels per group, spatial…].
  convenience init(_ tensor: Tensor, groups: Int, convert: (Tensor) -> [Number]) {
    self.init(convert(tensor), shape: tensor.shape, groups: groups)
  }

  init(_ elements: [Number], shape: Shape, groups: Int) {
    outputChannels = shape[0]
    channelsPerGroup = shape[1]
    self.groups = groups
    let kernelCount = shape.count(of: 2..<shape.rank)
    let inner = shape[1] * kernelCount
    var weights: [Number] = []
    weights.reserveCapacity(elements.count)
    for tap in 0..<kernelCount {
      for channel in 0..<shape[1] {
        for output in 0..<shape[0] { weights.append(elements[output * inner + channel * kernelCount + tap]) }
      }
    }
    self.weights = weights
  }

  /// Convolves channels-last `data`, adding the products to the channels-last `output`.
  func accumulate(
    _ data: Span<Number>, into output: inout MutableSpan<Number>, batch: Int, windows: WindowGeometry
  ) {
    let channels = channelsPerGroup * groups
    var taps: [WindowGeometry.Tap] = []
    for window in 0..<windows.outputCount {
      windows.collectTaps(ofWindow: window, into: &taps)
      for image in 0..<batch {
        let target = (image * windows.outputCount + window) * outputChannels
        for tap in taps {
          let source = (image * windows.inputCount + tap.input) * channels
          accumulate(data, at: source, tap: tap.kernel, into: &output, at: target)
        }
      }
    }
  }

  /// Adds what one element of the window contributes, over all channels.
  private func accumulate(
    _ data: Span<Number>, at source: Int, tap: Int, into output: inout MutableSpan<Number>, at target: Int
  ) {
    let outputsPerGroup = outputChannels / groups
    for group in 0..<groups {
      for channel in 0..<channelsPerGroup {
        let value = data[source + group * channelsPerGroup + channel]
        let row = (tap * channelsPerGroup + channel) * outputChannels
        for result in (group * outputsPerGroup)..<((group + 1) * outputsPerGroup) {
          output[target + result].addProduct(value, weights[row + result])
        }
      }
    }
  }
}

/// A number that sums products the way its type does: rounding, or wrapping around.
protocol MultiplicativeElement {
  static var zero: Self { get }
  mutating func addProduct(_ x: Self, _ y: Self)
}

extension Float: MultiplicativeElement {
  mutating func addProduct(_ x: Float, _ y: Float) { self += x * y }
}

extension Double: MultiplicativeElement {
  mutating func addProduct(_ x: Double, _ y: Double) { self += x * y }
}

extension Int32: MultiplicativeElement {
  mutating func addProduct(_ x: Int32, _ y: Int32) { self = self &+ x &* y }
}

extension Int64: MultiplicativeElement {
  mutating func addProduct(_ x: Int64, _ y: Int64) { self = self &+ x &* y }
}

extension UInt32: MultiplicativeElement {
  mutating func addProduct(_ x: UInt32, _ y: UInt32) { self = self &+ x &* y }
}

extension UInt64: MultiplicativeElement {
  mutating func addProduct(_ x: UInt64, _ y: UInt64) { self = self &+ x &* y }
}
