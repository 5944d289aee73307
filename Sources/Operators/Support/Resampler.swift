import Kernels
import Tensors

/// Resamples tensors axis by axis (Resize, Upsample).
struct Resampler: Sendable {
  enum Mode: String, CaseIterable { case nearest, linear, cubic }

  /// Which entry is the nearest one (Resize, "nearest_mode").
  enum Rounding: String, CaseIterable {
    case halfDown = "round_prefer_floor"
    case halfUp = "round_prefer_ceil"
    case down = "floor"
    case up = "ceil"
    /// Down where the axis grows and up where it shrinks, as runtimes do for version 10, which leaves it open.
    case byScale = ""
  }

  var mode: Mode
  var transform: CoordinateTransform
  var rounding: Rounding
  var cubicCoefficient: Float = -0.75
  var excludesOutside = false
  var antialiases = false
  var extrapolation: Float = 0

  private let nearestEntries = LatestResult<[ResampledAxis], AxisEntries>()
  private let interpolationWeights = LatestResult<[ResampledAxis], [InterpolationWeights?]>()

  init(mode: Mode, transform: CoordinateTransform = .asymmetric, rounding: Rounding = .byScale) {
    self.mode = mode
    self.transform = transform
    self.rounding = rounding
  }

  /// `input` under the lengths of `axes`, one for each of its axes.
  func resample(_ input: Tensor, axes: [ResampledAxis], _ compute: Compute) throws(OperatorError) -> Tensor {
    let shape = try input.type.outputShape(axes.map(\.outputLength))
    if shape.count == 0 { return try Tensor([0], [] as [Boolean]).cast(to: input.type, compute).reshaped(shape) }
    guard input.count > 0 else { throw .input(0, "has shape \(input.shape), which has nothing to resample") }
    guard mode != .nearest else { return try nearest(input, axes: axes, shape: shape, compute) }
    switch input.type {
    case .float32: return try interpolate(input.aligned(), axes: axes, Float.self, compute)
    case .float64: return try interpolate(input.aligned(), axes: axes, Double.self, compute)
    default: throw .unsupported("interpolation of elements of type \(input.type) is not supported")
    }
  }

  // MARK: - Nearest

  private func nearest(
    _ input: Tensor, axes: [ResampledAxis], shape: Shape, _ compute: Compute
  ) throws(OperatorError) -> Tensor {
    let entries = try nearestEntries.value(for: axes) {
      AxisEntries(of: input.shape, axes.map(nearestEntries(of:)))
    }
    let fill = try Tensor(scalar: extrapolation).cast(to: input.type, compute)
    return try AxisSelection(input, entries, fill: fill, shape: shape, compute).result()
  }

  private func nearestEntries(of axis: ResampledAxis) -> [Int?] {
    (0..<axis.outputLength).map { position in
      let x = axis.coordinate(position, transform)
      if transform == .cropAndResize, axis.isOutside(x) { return nil }
      return min(max(Int(boundedCoordinate: nearestEntry(x, scale: axis.scale)), 0), axis.inputLength - 1)
    }
  }

  private func nearestEntry(_ x: Float, scale: Float) -> Float {
    let isHalfway = x - x.rounded(.down) == 0.5
    return switch rounding {
    case .halfDown: isHalfway ? x.rounded(.down) : x.rounded()
    case .halfUp: isHalfway ? x.rounded(.up) : x.rounded()
    case .down: x.rounded(.down)
    case .up: x.rounded(.up)
    case .byScale: x.rounded(scale < 1 ? .up : .down)
    }
  }

  // MARK: - Linear and cubic

  /// One pass per axis, the innermost first: while it is the only one resized, the passes that move whole rows have
  /// the fewest of them.
  private func interpolate<Element: TensorElement & BinaryFloatingPoint>(
    _ input: Tensor, axes: [ResampledAxis], _: Element.Type, _ compute: Compute
  ) throws(OperatorError) -> Tensor {
    let weights = try interpolationWeights.value(for: axes) { axes.map(interpolationWeights(of:)) }
    var result = input
    for (index, weights) in weights.enumerated().reversed() {
      guard let weights else { continue }
      result = WeightedResampling<Element>(
        input: result, axis: index, weights: weights, extrapolation: Element(extrapolation)
      ).result(compute)
    }
    return result
  }

  /// nil where the axis stays as it is.
  private func interpolationWeights(of axis: ResampledAxis) -> InterpolationWeights? {
    guard !axis.isUntouched else { return nil }
    let kernel = mode == .cubic ? InterpolationKernel.cubic(a: cubicCoefficient) : .linear
    return InterpolationWeights(
      axis, kernel, transform: transform, stretches: antialiases, excludesOutside: excludesOutside)
  }
}
