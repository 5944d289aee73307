import Tensors

/// DFT (ONNX 17, 20): the discrete Fourier transform along an axis of a signal [..., 1] of real or [..., 2] of complex
/// numbers, computed in float64.
///
/// `onesided` leaves out the frequencies that follow by symmetry: the transform takes real numbers then, and its
/// inverse gives them.
struct DFT: RealOperator {
  static let schema = OperatorSchema(
    "DFT", versions: 17...newestOpset, inputs: 1...3, float16Since: 17, bfloat16Since: 17)

  private let attributeAxis: Int?
  private let isInverse: Bool
  private let isOneSided: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    attributeAxis = node.version < 20 ? try node.int("axis", default: 1) : nil
    isInverse = try node.flag("inverse", default: false)
    isOneSided = try node.flag("onesided", default: false)
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let isComplex = try isComplex(shape)
    let axis = try axis(inputs)
    let defaultLength = isInverse && isOneSided ? 2 * (shape[axis] - 1) : shape[axis]
    let length = if inputs.optional(1) == nil { defaultLength } else { Int(saturating: try inputs.number(1)) }
    guard length > 0 else { throw .input(1, "asks for a transform of length \(length)") }

    var dimensions = shape.dimensions
    dimensions[axis] = isOneSided && !isInverse ? length / 2 + 1 : length
    dimensions[shape.rank - 1] = isOneSided && isInverse ? 1 : 2
    guard length <= FourierTransform.greatestLength, let resultShape = Shape(validating: dimensions) else {
      throw .input(1, "asks for a transform of length \(length), which is too long")
    }
    let transform = FourierTransform(length: length, isInverse: isInverse)
    let signals = SignalLines(shape, axis: axis, isComplex: isComplex)
    var builder = TensorBuilder<Element>(resultShape)
    var output = builder.span
    let results = SignalLines(resultShape, axis: axis, isComplex: !(isOneSided && isInverse))
    for line in 0..<signals.count {
      var signal = signals.read(line, of: inputs[0], as: Element.self)
      if isOneSided, isInverse { signal = mirrored(signal, length: length) }
      results.write(transform(signal), line, to: &output)
    }
    return [builder.finish()]
  }

  private func isComplex(_ shape: Shape) throws(OperatorError) -> Bool {
    guard shape.rank >= 2, let last = shape.dimensions.last, last == 1 || last == 2 else {
      throw .input(0, "has shape \(shape), expected [..., 1] or [..., 2]")
    }
    guard !isOneSided || isInverse || last == 1 else {
      throw .input(0, "has shape \(shape), but a one-sided transform takes real numbers, [..., 1]")
    }
    return last == 2
  }

  private func axis(_ inputs: OperatorInputs) throws(OperatorError) -> Int {
    let given: Int
    if let attributeAxis {
      given = attributeAxis
    } else {
      given = inputs.optional(2) == nil ? -2 : Int(saturating: try inputs.number(2))
    }
    let axis = try inputs[0].shape.requireAxis(given)
    guard axis < inputs[0].shape.rank - 1 else {
      throw OperatorError(.input, "axis \(given) holds the parts of the complex numbers")
    }
    return axis
  }

  /// The whole spectrum of a real signal from its first half.
  private func mirrored(_ half: [ComplexNumber], length: Int) -> [ComplexNumber] {
    (0..<length).map { frequency in
      let isGiven = frequency <= length / 2
      let source = isGiven ? frequency : length - frequency
      guard source < half.count else { return .zero }
      return isGiven ? half[source] : half[source].conjugate
    }
  }
}
