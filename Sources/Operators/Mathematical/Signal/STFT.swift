import Tensors

/// STFT (ONNX 17): the discrete Fourier transforms of windows that move along a signal [batch, length, 1 or 2],
/// computed in float64; the result is [batch, windows, frequencies, 2].
///
/// `onesided` leaves out the frequencies that follow by symmetry. It is 1 unless the node says otherwise, and takes
/// real numbers only.
struct STFT: RealOperator {
  static let schema = OperatorSchema(
    "STFT", versions: 17...newestOpset, inputs: 2...4, float16Since: 17, bfloat16Since: 17)

  private let isOneSided: Bool

  init(_ node: NodeReader) throws(OperatorError) { isOneSided = try node.flag("onesided", default: true) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    guard shape.rank == 3, shape[2] == 1 || (shape[2] == 2 && !isOneSided) else {
      throw .input(0, "has shape \(shape), expected [batch, length, \(isOneSided ? "1" : "1 or 2")]")
    }
    let window = try window(inputs, as: Element.self)
    let length = window.count
    let step = Int(saturating: try inputs.number(1))
    guard step > 0 else { throw .input(1, "is \(step), expected a positive number of samples") }
    guard (1...max(1, shape[1])).contains(length) else {
      throw OperatorError(.input, "frames of \(length) samples do not fit a signal of shape \(shape)")
    }

    let frames = (shape[1] - length) / step + 1
    let frequencies = isOneSided ? length / 2 + 1 : length
    let transform = FourierTransform(length: length, isInverse: false)
    let signals = SignalLines(shape, axis: 1, isComplex: shape[2] == 2)
    let resultShape = Shape([shape[0], frames, frequencies, 2])
    let results = SignalLines(resultShape, axis: 2, isComplex: true)
    var builder = TensorBuilder<Element>(resultShape)
    var output = builder.span
    for sample in 0..<shape[0] {
      let signal = signals.read(sample, of: inputs[0], as: Element.self)
      for frame in 0..<frames {
        let windowed = (0..<length).map { signal[frame * step + $0] * window[$0] }
        results.write(transform(windowed), sample * frames + frame, to: &output)
      }
    }
    return [builder.finish()]
  }

  /// The window as complex numbers; all ones where there is none.
  private func window<Element: RealElement>(
    _ inputs: OperatorInputs, as: Element.Type
  ) throws(OperatorError) -> [ComplexNumber] {
    let frameLength = inputs.optional(3) == nil ? nil : Int(saturating: try inputs.number(3))
    guard let window = inputs.optional(2) else {
      let length = frameLength ?? inputs[0].shape[1]
      guard (0...inputs[0].shape[1]).contains(length) else {
        throw .input(3, "is \(length), which does not fit a signal of shape \(inputs[0].shape)")
      }
      return [ComplexNumber](repeating: ComplexNumber(real: 1, imaginary: 0), count: length)
    }
    guard window.type == Element.dataType else {
      throw .input(2, "has type \(window.type), but input 0 has type \(Element.dataType)")
    }
    try inputs.requireVector(2, count: frameLength ?? window.count)
    return window.array(of: Element.self).map { ComplexNumber(real: Double($0), imaginary: 0) }
  }
}
