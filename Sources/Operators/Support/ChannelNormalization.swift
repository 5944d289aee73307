import Kernels
import Tensors

extension ChannelOrder {
  /// The order of data of the shape [batch, channels, …], or [batch, …, channels]. A vector has one channel.
  init(_ shape: Shape, channelsLast: Bool) {
    let rank = shape.rank
    let images = rank > 0 ? shape[0] : 1
    let channels = rank < 2 ? 1 : channelsLast ? shape[rank - 1] : shape[1]
    let pixels = rank < 2 ? 1 : shape.count(of: channelsLast ? 1..<rank - 1 : 2..<rank)
    // Channels of one number each lie side by side either way.
    self.init(images: images, channels: channels, pixels: pixels, isChannelsLast: channelsLast || pixels == 1)
  }

  /// The same elements as one image, where the numbers of all images' channels lie side by side.
  var joiningImages: ChannelOrder {
    guard isChannelsLast else { return self }
    return ChannelOrder(images: 1, channels: channels, pixels: images * pixels, isChannelsLast: true)
  }

  /// The order of one of the images.
  var ofOneImage: ChannelOrder {
    ChannelOrder(images: 1, channels: channels, pixels: pixels, isChannelsLast: isChannelsLast)
  }

  /// The index of an element.
  fileprivate func index(image: Int, channel: Int, pixel: Int) -> Int {
    isChannelsLast
      ? (image * pixels + pixel) * channels + channel
      : (image * channels + channel) * pixels + pixel
  }
}

/// Three numbers for each channel of each image, [images][channels]: what becomes of x is (x − mean) · factor + bias.
struct ChannelFactors<Element: RealElement> {
  var means: [Element] = []
  var factors: [Element] = []
  var biases: [Element] = []

  mutating func append(mean: Double, factor: Double, bias: Double) {
    means.append(Element(mean))
    factors.append(Element(factor))
    biases.append(Element(bias))
  }

  /// The same for so many images.
  func repeated(_ images: Int) -> ChannelFactors {
    guard images != 1 else { return self }
    func repeated(_ numbers: [Element]) -> [Element] { Array(repeatElement(numbers, count: images).joined()) }
    return ChannelFactors(means: repeated(means), factors: repeated(factors), biases: repeated(biases))
  }
}

/// The mean and the variance, the mean of (x − mean)², of each channel of each image, [images][channels].
struct ChannelMoments {
  private(set) var means: [Double]
  private(set) var variances: [Double]

  private init(means: [Double], variances: [Double]) {
    self.means = means
    self.variances = variances
  }

  init<Element: RealElement>(_ tensor: Tensor, _ order: ChannelOrder, as: Element.Type, _ compute: Compute) {
    if Element.self == Float.self {
      let count = order.images * order.channels
      var means = [Float](repeating: 0, count: count)
      var variances = means
      var meanSpan = means.mutableSpan
      var varianceSpan = variances.mutableSpan
      compute.channelMoments(tensor.span(of: Float.self), order, means: &meanSpan, variances: &varianceSpan)
      self.means = means.map { Double($0) }
      self.variances = variances.map { Double($0) }
    } else {
      (means, variances) = ([], [])
      let elements = tensor.span(of: Element.self)
      for image in 0..<order.images {
        for channel in 0..<order.channels { append(order, image, channel) { Double(elements[$0]) } }
      }
    }
  }

  private mutating func append(_ order: ChannelOrder, _ image: Int, _ channel: Int, _ element: (Int) -> Double) {
    func mean(_ number: (Double) -> Double) -> Double {
      let indices = (0..<order.pixels).lazy.map { order.index(image: image, channel: channel, pixel: $0) }
      return indices.reduce(0) { $0 + number(element($1)) } / Double(order.pixels)
    }
    let center = mean { $0 }
    means.append(center)
    variances.append(mean { ($0 - center) * ($0 - center) })
  }

  /// The moments of each channel in all images together, [channels].
  func ofAllImages(_ order: ChannelOrder) -> ChannelMoments {
    var joined = ChannelMoments(means: [], variances: [])
    for channel in 0..<order.channels {
      let (mean, variance) = moments(ofAll: Array(stride(from: channel, to: means.count, by: order.channels)))
      joined.means.append(mean)
      joined.variances.append(variance)
    }
    return joined
  }

  /// Gives each channel the moments of all of its group, which is `size` neighbouring channels.
  mutating func joinGroups(of size: Int) {
    for first in stride(from: 0, to: means.count, by: size) {
      let (mean, variance) = moments(ofAll: first..<first + size)
      for channel in first..<first + size { (means[channel], variances[channel]) = (mean, variance) }
    }
  }

  /// The moments of some channels, which have the same number of pixels, taken together.
  private func moments(ofAll channels: some Collection<Int>) -> (mean: Double, variance: Double) {
    let count = Double(channels.count)
    let mean = channels.reduce(0) { $0 + means[$1] } / count
    let variance = channels.reduce(0) { $0 + variances[$1] + (means[$1] - mean) * (means[$1] - mean) } / count
    return (mean, variance)
  }
}

extension Tensor {
  /// (x − mean) · factor + bias, channel by channel, and the activation of that, which takes float32.
  func normalized<Element: RealElement>(
    _ order: ChannelOrder, by numbers: ChannelFactors<Element>, _ activation: Activation = .none, _ compute: Compute
  ) throws(OperatorError) -> Tensor {
    if let numbers = numbers as? ChannelFactors<Float> {
      return Tensor(shape, of: Float.self) { output in
        compute.normalizeChannels(
          span(of: Float.self), order, means: numbers.means.span, factors: numbers.factors.span,
          biases: numbers.biases.span, function: activation.kernel, into: &output)
      }
    }
    guard activation == .none else { throw .unsupported("an activation is fused for float32 only") }
    let elements = span(of: Element.self)
    return Tensor(shape, of: Element.self) { output in
      for image in 0..<order.images {
        for channel in 0..<order.channels {
          let number = image * order.channels + channel
          for pixel in 0..<order.pixels {
            let index = order.index(image: image, channel: channel, pixel: pixel)
            output[index] =
              (elements[index] - numbers.means[number]) * numbers.factors[number] + numbers.biases[number]
          }
        }
      }
    }
  }
}
