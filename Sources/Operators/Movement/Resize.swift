import Tensors

/// Resize (ONNX 10, 11, 13, 18, 19): resampled to other sizes by the nearest entry, or by linear or cubic
/// interpolation along every axis.
///
/// Version 10 takes scales only; version 11 adds the region of interest, the sizes and the modes; version 18 the axes,
/// anti-aliasing and the aspect ratio.
struct Resize: Operator {
  static let schema = OperatorSchema(
    "Resize", versions: 10...newestOpset, inputs: 1...4, float32Inputs: [1, 2])

  private let resampler: Resampler
  private let policy: AspectRatioPolicy
  private let axes: [Int]?
  /// Where the scales are: version 11 put the region of interest before them.
  private let scalesInput: Int

  init(_ node: NodeReader) throws(OperatorError) {
    scalesInput = node.version < 11 ? 1 : 2
    policy = try node.choice("keep_aspect_ratio_policy", default: .stretch)
    axes = try node.ints("axes")
    var resampler = Resampler(mode: try node.choice("mode", default: .nearest))
    if node.version >= 11 {
      resampler.transform = try node.choice("coordinate_transformation_mode", default: .halfPixel)
      resampler.rounding = try node.choice("nearest_mode", default: .halfDown)
      resampler.cubicCoefficient = try node.float("cubic_coeff_a", default: -0.75)
      resampler.excludesOutside = try node.flag("exclude_outside", default: false)
      resampler.antialiases = try node.flag("antialias", default: false)
      resampler.extrapolation = try node.float("extrapolation_value", default: 0)
    }
    self.resampler = resampler
  }

  /// Only picking the nearest element leaves elements as they are; interpolation computes new ones.
  var quantization: QuantizationRule {
    resampler.mode == .nearest ? .sharedParameters(inputs: [0]) : .keepFloat
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let named = try ParameterSource.attribute("axes").normalizedAxes(axes ?? Array(0..<shape.rank), rank: shape.rank)
    let regions = try regions(inputs, axes: named)
    let scales = try reals(inputs, scalesInput)
    let sizes = scalesInput == 1 ? nil : try inputs.optionalIntegers(3)
    let result =
      if let sizes, !sizes.isEmpty {
        try shape.resized(to: sizes, axes: named, policy: policy, regions: regions, from: .input(3))
      } else {
        try shape.scaled(by: try allScales(scales, axes: named, shape), regions: regions, from: .input(scalesInput))
      }
    return [try resampler.resample(inputs[0], axes: result, inputs.compute)]
  }

  /// The scales of all axes, given those of some.
  private func allScales(_ scales: [Float], axes: [Int], _ shape: Shape) throws(OperatorError) -> [Float] {
    guard scales.count == axes.count else {
      throw .input(scalesInput, "has \(scales.count) scales, expected one for each of \(axes.count) axes")
    }
    var result = [Float](repeating: 1, count: shape.rank)
    for (axis, scale) in zip(axes, scales) { result[axis] = scale }
    return result
  }

  /// The part of each axis that is read: all of it unless the mode says otherwise.
  private func regions(_ inputs: OperatorInputs, axes: [Int]) throws(OperatorError) -> [AxisRegion] {
    var regions = [AxisRegion](repeating: AxisRegion(), count: inputs[0].shape.rank)
    guard resampler.transform == .cropAndResize else { return regions }
    let bounds = try reals(inputs, 1)
    guard bounds.count == 2 * axes.count else {
      throw .input(1, "has \(bounds.count) bounds, expected two for each of \(axes.count) axes")
    }
    for (index, axis) in axes.enumerated() {
      regions[axis] = AxisRegion(start: bounds[index], end: bounds[index + axes.count])
    }
    return regions
  }

  /// The elements of an optional floating-point input.
  private func reals(_ inputs: OperatorInputs, _ index: Int) throws(OperatorError) -> [Float] {
    guard let tensor = inputs.optional(index) else { return [] }
    guard tensor.type.isFloatingPoint else {
      throw .input(index, "has type \(tensor.type), expected a floating-point type")
    }
    return try tensor.cast(to: .float32, inputs.compute).array(of: Float.self)
  }
}
