import Kernels
import Testing

@Suite struct ChannelNormalizationTests {
  /// Sizes that leave a tail of channels, of pixels, and of the rows whose moments are taken at once.
  private static let orders = [
    (1, 1), (3, 1), (1, 5), (16, 31), (17, 32), (5, 33), (40, 65), (64, 100), (3, 700), (130, 17),
  ].flatMap { channels, pixels in
    [false, true].map { ChannelOrder(images: 2, channels: channels, pixels: pixels, isChannelsLast: $0) }
  }

  private func index(_ order: ChannelOrder, _ image: Int, _ channel: Int, _ pixel: Int) -> Int {
    order.isChannelsLast
      ? (image * order.pixels + pixel) * order.channels + channel
      : (image * order.channels + channel) * order.pixels + pixel
  }

  private func moments(_ compute: Compute, _ input: [Float], _ order: ChannelOrder) -> (means: [Float], [Float]) {
    let count = order.images * order.channels
    var variances = [Float](repeating: 9, count: count)
    let means = [Float](count: count, filler: 9) { means in
      var span = variances.mutableSpan
      compute.channelMoments(input.span, order, means: &means, variances: &span)
    }
    return (means, variances)
  }

  /// Mean and variance of each channel in float64.
  private func exactMoments(_ input: [Float], _ order: ChannelOrder) -> [(mean: Double, variance: Double)] {
    (0..<order.images * order.channels).map { number in
      let (image, channel) = number.quotientAndRemainder(dividingBy: order.channels)
      let numbers = (0..<order.pixels).map { Double(input[index(order, image, channel, $0)]) }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
    }
  }

  @Test(arguments: orders) func momentsAreThoseOfEachChannel(order: ChannelOrder) {
    var numbers = TestNumbers(seed: 3)
    let input = numbers.floats(order.count, in: -2...7)
    let reference = moments(.reference, input, order)
    for ((mean, variance), exact) in zip(zip(reference.0, reference.1), exactMoments(input, order)) {
      #expect(abs(Double(mean) - exact.mean) <= 1e-6)
      #expect(abs(Double(variance) - exact.variance) <= 1e-5)
    }
    for compute in Compute.fast {
      let actual = moments(compute, input, order)
      #expect(actual.0.bits == reference.0.bits)
      #expect(actual.1.bits == reference.1.bits)
    }
  }

  @Test(arguments: [false, true]) func aLargeMeanDoesNotDrownTheVariance(isChannelsLast: Bool) {
    let order = ChannelOrder(images: 1, channels: 4, pixels: 20_000, isChannelsLast: isChannelsLast)
    var numbers = TestNumbers(seed: 4)
    let input = numbers.floats(order.count, in: 9999...10001)
    for compute in Compute.all {
      for (variance, exact) in zip(moments(compute, input, order).1, exactMoments(input, order)) {
        #expect(abs(Double(variance) / exact.variance - 1) <= 1e-4)
      }
    }
  }

  @Test(arguments: orders) func channelsAreShiftedAndScaled(order: ChannelOrder) {
    var numbers = TestNumbers(seed: 5)
    let input = numbers.floats(order.count)
    let count = order.images * order.channels
    let (means, factors, biases) = (numbers.floats(count), numbers.floats(count), numbers.floats(count))
    func normalized(_ compute: Compute) -> [Float] {
      [Float](count: input.count, filler: 9) {
        compute.normalizeChannels(
          input.span, order, means: means.span, factors: factors.span, biases: biases.span, into: &$0)
      }
    }
    let reference = normalized(.reference)
    for image in 0..<order.images {
      for channel in 0..<order.channels {
        let number = image * order.channels + channel
        for pixel in 0..<order.pixels {
          let place = index(order, image, channel, pixel)
          let expected =
            (Double(input[place]) - Double(means[number])) * Double(factors[number]) + Double(biases[number])
          #expect(abs(Double(reference[place]) - expected) <= 4e-6)
        }
      }
    }
    for compute in Compute.fast { #expect(normalized(compute).bits == reference.bits) }
  }

  @Test(arguments: orders) func aFunctionOfTheResultFollows(order: ChannelOrder) {
    var numbers = TestNumbers(seed: 6)
    let input = numbers.floats(order.count)
    let count = order.images * order.channels
    let (means, factors, biases) = (numbers.floats(count), numbers.floats(count), numbers.floats(count))
    func normalized(_ compute: Compute, _ function: UnaryFunction?) -> [Float] {
      [Float](count: input.count, filler: 9) {
        compute.normalizeChannels(
          input.span, order, means: means.span, factors: factors.span, biases: biases.span, function: function,
          into: &$0)
      }
    }
    for compute in Compute.all {
      let plain = normalized(compute, nil)
      #expect(normalized(compute, .clip(lowest: -0.25, highest: 0.5)) == plain.map { min(max($0, -0.25), 0.5) })
    }
  }

  @Test func numbersThatAreNotFiniteSpoilTheirChannelOnly() {
    let order = ChannelOrder(images: 1, channels: 2, pixels: 40, isChannelsLast: true)
    var input = [Float](repeating: 1, count: 80)
    input[20] = .infinity
    for compute in Compute.all {
      let (means, variances) = moments(compute, input, order)
      #expect(!means[0].isFinite && variances[0].isNaN)
      #expect(means[1] == 1 && variances[1] == 0)
    }
  }
}
