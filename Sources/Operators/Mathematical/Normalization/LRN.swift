import Tensors

/// LRN (ONNX 1, 13): x / (`bias` + `alpha` / `size` · Σ x²)^`beta`, the sum being taken over the `size` channels
/// around that of x, as far as they exist, in an input [batch, channels, …] (Krizhevsky, Sutskever and Hinton,
/// "ImageNet Classification with Deep Convolutional Neural Networks").
struct LRN: RealOperator {
  static let schema = OperatorSchema("LRN", inputs: 1...1)

  private let size: Int
  private let alpha: Double
  private let beta: Double
  private let bias: Double

  init(_ node: NodeReader) throws(OperatorError) {
    size = try node.requiredInt("size")
    guard size > 0 else { throw .attribute("size", "is \(size), expected a positive number") }
    alpha = Double(try node.float("alpha", default: 0.0001))
    beta = Double(try node.float("beta", default: 0.75))
    bias = Double(try node.float("bias", default: 1))
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireChannels()
    let view = AxisView(inputs[0].shape, axis: 1)
    return [view.mapLines(of: inputs[0]) { (line: inout [Element]) in normalize(&line) }]
  }

  private func normalize<Element: RealElement>(_ line: inout [Element]) {
    let squares = line.map { Double($0) * Double($0) }
    for channel in line.indices {
      let first = max(0, channel - (size - 1) / 2)
      let last = min(squares.count - 1, channel + size / 2)
      let sum = squares[first...last].reduce(0, +)
      line[channel] = Element(Double(line[channel]) / (bias + alpha / Double(size) * sum).power(beta))
    }
  }
}
