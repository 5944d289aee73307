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
  var ranges = [ClosedRange<Float>](repeating: 0...0, count: channels)
  guard shape.count > 0 else { return ranges }
  for (block, start) in stride(from: 0, to: weights.count, by: inner).enumerated() {
    let channel = block % channels
    let range = try finiteRange(of: weights, in: start..<start + inner)
    let known = ranges[channel]
    ranges[channel] = min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
  }
  return ranges
}

private func finiteRange(
  of values: Span<Float>, in indices: Range<Int>
) throws(QuantizationError) -> ClosedRange<Float> {
  var lower: Float = 0
  var upper: Float = 0
  for index in indices {
    let value = values[index]
    guard value.isFinite else { throw .notFinite(value: "\(value)", index: index) }
    lower = min(lower, value)
    upper = max(upper, value)
  }
  return lower...upper
}
