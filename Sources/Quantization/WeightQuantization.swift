public import Tensors

extension QuantizationParameters {
  /// The parameters of a constant: the scheme's rule applied to the smallest and largest element, of the whole
  /// tensor or of each channel. A channel of zeros gets scale 1.
  ///
  /// - Throws: `QuantizationError.notFinite` for NaN and infinities, `.axis` for an axis that `shape` lacks.
  public init(
    weights: Span<Float>, shape: Shape, scheme: QuantizationScheme
  ) throws(QuantizationError) {
    self.init(ranges: try channelRanges(of: weights, shape: shape, axis: scheme.axis), scheme: scheme)
  }
}

/// The smallest and largest element of each channel, or of the whole tensor where `axis` is nil. Zero is always
/// counted in, so that an empty channel has a range too.
private func channelRanges(
  of weights: Span<Float>, shape: Shape, axis: Int?
) throws(QuantizationError) -> [ClosedRange<Float>] {
  precondition(weights.count == shape.count, "\(weights.count) weights for shape \(shape)")
  if let axis, !(0..<shape.rank).contains(axis) { throw .axis(axis, rank: shape.rank) }
  let channels = axis.map { shape[$0] } ?? 1
  let inner = axis.map { shape.count(of: $0 + 1..<shape.rank) } ?? shape.count
  guard shape.count > 0 else { return [ClosedRange<Float>](repeating: 0...0, count: channels) }
  let keys = inner == 1 ? rowKeys(weights, channels: channels) : blockKeys(weights, channels: channels, inner: inner)
  let infinity = orderedKey(.infinity)
  guard keys.allSatisfy({ $0.lowest > orderedKey(-.infinity) && $0.highest < infinity }) else {
    for index in weights.indices where !weights[index].isFinite {
      throw .notFinite(value: "\(weights[index])", index: index)
    }
    preconditionFailure("keys of numbers that are not finite among finite ones")
  }
  return keys.map { number($0.lowest) + 0...number($0.highest) + 0 }
}

/// The keys of the smallest and largest number of a channel.
private struct KeyRange {
  var lowest: Int32 = 0
  var highest: Int32 = 0
}

/// An integer that is in the same order among integers as the number is among numbers: −0 lies just below 0, and NaN
/// beyond the infinities. Integers are compared many at a time.
private func orderedKey(_ number: Float) -> Int32 {
  let bits = Int32(bitPattern: number.bitPattern)
  return bits ^ (bits >> 31 & .max)
}

/// The number of a key.
private func number(_ key: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: key ^ (key >> 31 & .max))) }

/// The ranges of channels whose elements lie `inner` at a time.
private func blockKeys(_ weights: Span<Float>, channels: Int, inner: Int) -> [KeyRange] {
  var ranges = [KeyRange](repeating: KeyRange(), count: channels)
  for block in 0..<weights.count / inner {
    let elements = weights.extracting(block * inner..<(block + 1) * inner)
    var range = ranges[block % channels]
    for index in elements.indices {
      let key = orderedKey(elements[index])
      range.lowest = min(range.lowest, key)
      range.highest = max(range.highest, key)
    }
    ranges[block % channels] = range
  }
  return ranges
}

/// The ranges of channels that take turns, element by element.
private func rowKeys(_ weights: Span<Float>, channels: Int) -> [KeyRange] {
  var lowest = [Int32](repeating: 0, count: channels)
  var highest = lowest
  for row in 0..<weights.count / channels {
    let elements = weights.extracting(row * channels..<(row + 1) * channels)
    for channel in elements.indices {
      let key = orderedKey(elements[channel])
      lowest[channel] = min(lowest[channel], key)
      highest[channel] = max(highest[channel], key)
    }
  }
  return zip(lowest, highest).map { KeyRange(lowest: $0, highest: $1) }
}
