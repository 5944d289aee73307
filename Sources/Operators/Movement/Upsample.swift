import Tensors

/// Upsample (ONNX 7, 9): enlarged by factors, the nearest entry or N-linear interpolation from the first one on.
///
/// The factors are an input since version 9.
struct Upsample: Operator {
  static let schema = OperatorSchema(
    "Upsample", versions: 7...9, inputs: 1...2, float32Inputs: [1], bfloat16Since: nil)

  private let resampler: Resampler
  private let attributeScales: [Float]?

  init(_ node: NodeReader) throws(OperatorError) {
    let mode = try node.string("mode", default: "nearest")
    guard let known = Resampler.Mode(rawValue: mode), known != .cubic else {
      throw .attribute("mode", "is \"\(mode)\", expected one of \"nearest\", \"linear\"")
    }
    resampler = Resampler(mode: known, transform: .asymmetric, rounding: .down)
    attributeScales = node.version < 9 ? try node.floats("scales") : nil
    if node.version < 9, attributeScales == nil { throw .attribute("scales", "is missing") }
    if node.version >= 9, !node.hasInput(1) { throw .input(1, "is missing: the scales") }
  }

  /// Only picking the nearest element leaves elements as they are.
  var quantization: QuantizationRule { resampler.mode == .nearest ? .sharedParameters(inputs: [0]) : .keepFloat }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let source = attributeScales == nil ? ParameterSource.input(1) : .attribute("scales")
    let scales =
      if let attributeScales { attributeScales } else { try inputs.tensor(1, of: .float32).array(of: Float.self) }
    let axes = try inputs[0].shape.scaled(by: scales, from: source)
    return [try resampler.resample(inputs[0], axes: axes, inputs.compute)]
  }
}
