import Tensors

/// What Resize makes of the sizes asked for (its "keep_aspect_ratio_policy").
enum AspectRatioPolicy: String, CaseIterable {
  case stretch
  case notLarger = "not_larger"
  case notSmaller = "not_smaller"
}

/// The part of an axis that is read, in fractions of its length. The end may lie before the start.
struct AxisRegion {
  var start: Float = 0
  var end: Float = 1
}

extension Shape {
  /// The axes of this shape multiplied by `scales`, one for each axis.
  func scaled(
    by scales: [Float], regions: [AxisRegion]? = nil, from source: ParameterSource
  ) throws(OperatorError) -> [ResampledAxis] {
    guard scales.count == rank else { throw source.error("has \(scales.count) scales for shape \(self)") }
    var axes: [ResampledAxis] = []
    for (axis, scale) in scales.enumerated() {
      let region = regions?[axis] ?? AxisRegion()
      let length = (Float(self[axis]) * (region.end - region.start) * scale).rounded(.down)
      guard scale > 0, scale.isFinite, length < 0x1p40 else {
        throw source.error("has scale \(scale) for a size of \(self[axis])")
      }
      axes.append(
        ResampledAxis(
          inputLength: self[axis], outputLength: Int(max(length, 0)), scale: scale, start: region.start,
          end: region.end))
    }
    return axes
  }

  /// The axes of this shape resampled to `sizes`, one for each of `axes`; the others stay.
  func resized(
    to sizes: [Int], axes: [Int], policy: AspectRatioPolicy, regions: [AxisRegion], from source: ParameterSource
  ) throws(OperatorError) -> [ResampledAxis] {
    guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 && $0 <= 1 << 40 }) else {
      throw source.error("is \(sizes), expected sizes for \(axes.count) axes")
    }
    let ratios = zip(sizes, axes).map { size, axis in Float(size) / Float(self[axis]) }
    let common: Float? =
      switch policy {
      case .stretch: nil
      case .notLarger: ratios.min()
      case .notSmaller: ratios.max()
      }
    var result = dimensions.indices.map { axis in
      ResampledAxis(
        inputLength: self[axis], outputLength: self[axis], scale: 1, start: regions[axis].start,
        end: regions[axis].end)
    }
    for (index, axis) in axes.enumerated() {
      let scale = common ?? ratios[index]
      let length = common.map { ($0 * Float(self[axis]) + 0.5).rounded(.down) } ?? Float(sizes[index])
      guard length < 0x1p40 else { throw source.error("is \(sizes), expected sizes for shape \(self)") }
      result[axis] = ResampledAxis(
        inputLength: self[axis], outputLength: common == nil ? sizes[index] : Int(length), scale: scale,
        start: regions[axis].start, end: regions[axis].end)
    }
    return result
  }
}
