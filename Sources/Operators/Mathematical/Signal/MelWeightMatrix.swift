import Tensors

/// MelWeightMatrix (ONNX 17): the weights [spectrum bins, mel bins] by which a spectrum is turned into one of
/// triangular bands that are equally wide on the mel scale, in float32 or float64.
///
/// The inputs are the number of mel bins, the length of the transform, the sample rate and the lower and upper edge
/// of the bands in hertz.
struct MelWeightMatrix: Operator {
  static let schema = OperatorSchema(
    "MelWeightMatrix", versions: 17...newestOpset, inputs: 5...5, outputs: [.computed], float16Since: 17,
    bfloat16Since: 17)

  private let type: DataType

  init(_ node: NodeReader) throws(OperatorError) { type = try node.realOutputType() }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] { [type] }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let bands = Int(saturating: try inputs.number(0))
    let length = Int(saturating: try inputs.number(1))
    guard (0...1 << 20).contains(bands) else { throw .input(0, "is \(bands), expected a number of mel bins") }
    guard (1...1 << 24).contains(length) else { throw .input(1, "is \(length), expected the length of a transform") }
    let bins = length / 2 + 1
    guard bins * bands <= 1 << 28 else {
      throw OperatorError(.input, "a matrix of \(bins) × \(bands) weights is too large")
    }
    let edges = try edges(inputs, count: bands + 2, length: length)
    guard edges.allSatisfy({ (0..<bins + 1).contains($0) }), zip(edges, edges.dropFirst()).allSatisfy(<=) else {
      throw OperatorError(.input, "the edges of the bands lie outside a spectrum of \(bins) bins")
    }
    var weights = [Double](repeating: 0, count: bins * bands)
    for band in 0..<bands {
      for (bin, weight) in triangle(edges[band], edges[band + 1], edges[band + 2]) where bin < bins {
        weights[bin * bands + band] = weight
      }
    }
    return [Tensor([bins, bands], weights).rounded(to: type)]
  }

  /// The spectrum bins at which bands begin, peak and end.
  private func edges(_ inputs: OperatorInputs, count: Int, length: Int) throws(OperatorError) -> [Int] {
    let sampleRate = try inputs.number(2)
    let (lowest, highest) = (mel(try inputs.number(3)), mel(try inputs.number(4)))
    let step = (highest - lowest) / Double(count)
    return (0..<count).map { index in
      let frequency = hertz(lowest + Double(index) * step)
      return Int(saturating: (Double(length + 1) * frequency / sampleRate).rounded(.down))
    }
  }

  /// Weights that rise from the first bin to the middle one and fall to the last.
  private func triangle(_ first: Int, _ middle: Int, _ last: Int) -> [(bin: Int, weight: Double)] {
    let rise = (first..<middle).map { (bin: $0, weight: Double($0 - first) / Double(middle - first)) }
    let fall = (middle..<last).map { (bin: $0, weight: Double(last - $0) / Double(last - middle)) }
    return rise + [(bin: middle, weight: 1)] + fall
  }

  private func mel(_ hertz: Double) -> Double { 2595 * (hertz / 700).logarithmOfOnePlus / 10.0.logarithm }
  private func hertz(_ mel: Double) -> Double { 700 * (mel / 2595 * 10.0.logarithm).exponentialMinusOne }
}
