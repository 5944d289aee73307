internal import CKernels

/// How the channels of images lie in memory: [images][channels][pixels], or [images][pixels][channels].
public struct ChannelOrder: Sendable, Hashable {
  public let images: Int
  public let channels: Int
  /// The numbers of a channel of one image.
  public let pixels: Int
  /// Whether the channels of a pixel lie side by side.
  public let isChannelsLast: Bool

  public init(images: Int, channels: Int, pixels: Int, isChannelsLast: Bool) {
    self.images = images
    self.channels = channels
    self.pixels = pixels
    self.isChannelsLast = isChannelsLast
  }

  /// The number of all elements.
  public var count: Int { images * channels * pixels }
}

/// Kernels that bring channels of images to another mean and spread. Results depend neither on the tier nor on the
/// number of threads.
extension Compute {
  /// The mean of each channel of each image, and its variance: the mean of (x − mean)². Both are [images][channels].
  /// Of no pixels nothing is written.
  public func channelMoments(
    _ input: Span<Float>, _ order: ChannelOrder, means: inout MutableSpan<Float>, variances: inout MutableSpan<Float>
  ) {
    let channels = order.images * order.channels
    precondition(input.count == order.count, "\(input.count) elements of \(order)")
    precondition(means.count == channels && variances.count == channels, "\(means.count) moments of \(order)")
    guard input.count > 0 else { return }
    let (pixels, tier) = (order.pixels, tier.identifier)
    nonisolated(unsafe) let source = unsafe input.address!
    nonisolated(unsafe) let moments = unsafe (means.mutableAddress!, variances.mutableAddress!)
    guard order.isChannelsLast else {
      forEachRowChunk(of: channels, elements: pixels, cost: 2) { rows in
        let first = rows.lowerBound
        unsafe ck_row_moments(
          tier, source + first * pixels, rows.count, pixels, moments.0 + first, moments.1 + first)
      }
      return
    }
    let blocksPerImage = parts(of: order.channels, size: Self.channelsPerBlock)
    forEachRowChunk(of: order.images * blocksPerImage, elements: pixels * Self.channelsPerBlock, cost: 2) { blocks in
      for block in blocks {
        let image = block / blocksPerImage
        let channel = block % blocksPerImage * Self.channelsPerBlock
        let first = image * order.channels + channel
        unsafe ck_column_moments(
          tier, source + image * pixels * order.channels + channel, pixels,
          min(Self.channelsPerBlock, order.channels - channel), order.channels, moments.0 + first, moments.1 + first)
      }
    }
  }

  /// (x − mean) · factor + bias with three numbers for each channel of each image, each [images][channels]; product and
  /// last sum are rounded once. Then `function` of that, where there is one.
  public func normalizeChannels(
    _ input: Span<Float>, _ order: ChannelOrder, means: Span<Float>, factors: Span<Float>, biases: Span<Float>,
    function: UnaryFunction? = nil, into output: inout MutableSpan<Float>
  ) {
    let (channels, pixels, tier) = (order.channels, order.pixels, tier.identifier)
    precondition(input.count == order.count && output.count == order.count, "\(input.count) elements of \(order)")
    for numbers in [means.count, factors.count, biases.count] {
      precondition(numbers == order.images * channels, "\(numbers) numbers for the channels of \(order)")
    }
    guard input.count > 0 else { return }
    nonisolated(unsafe) let source = unsafe input.address!
    nonisolated(unsafe) let target = unsafe output.mutableAddress!
    nonisolated(unsafe) let numbers = unsafe (means.address!, factors.address!, biases.address!)
    guard order.isChannelsLast else {
      forEachRowChunk(of: order.images * channels, elements: pixels) { rows in
        let (first, start) = (rows.lowerBound, rows.lowerBound * pixels)
        unsafe ck_normalize_rows(
          tier, source + start, target + start, rows.count, pixels, numbers.0 + first, numbers.1 + first,
          numbers.2 + first)
        unsafe apply(function, toCached: target + start, count: rows.count * pixels)
      }
      return
    }
    for image in 0..<order.images {
      let first = image * channels
      forEachRowChunk(of: pixels, elements: channels) { rows in
        let start = (image * pixels + rows.lowerBound) * channels
        unsafe ck_normalize_columns(
          tier, source + start, target + start, rows.count, channels, numbers.0 + first, numbers.1 + first,
          numbers.2 + first)
        unsafe apply(function, toCached: target + start, count: rows.count * channels)
      }
    }
  }

  /// Replaces numbers that one thread has just computed by their values under a function.
  @unsafe private func apply(_ function: UnaryFunction?, toCached numbers: UnsafeMutablePointer<Float>, count: Int) {
    guard let function else { return }
    let (identifier, first, second) = function.code
    var code = ck_function(tier: tier.identifier, identifier: identifier, first: first, second: second)
    unsafe ck_apply_to_rows(&code, numbers, 1, count, count)
  }

  /// Neighbouring channels whose moments are taken one after the other by one thread: a cache line of them.
  private static let channelsPerBlock = 16
}
