import Kernels
import Tensors

/// Clip (ONNX 6, 11, 12, 13): min(max, max(min, x)), the bounds being attributes before version 11 and inputs from
/// then on. A bound that is left out is the least or greatest finite number of the type. NaN stays NaN.
struct Clip: ArithmeticOperator {
  static let schema = OperatorSchema("Clip", versions: 6...newestOpset, inputs: 1...3)

  /// The bounds as far as they are known before the run.
  private var minimum: Float?
  private var maximum: Float?

  init(_ node: NodeReader) throws(OperatorError) {
    guard node.version < 11 else { return }
    minimum = try node.float("min")
    maximum = try node.float("max")
  }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    var prepared = self
    if let constant = Self.constant(1, of: constants) { prepared.minimum = constant }
    if let constant = Self.constant(2, of: constants) { prepared.maximum = constant }
    return prepared
  }

  private static func constant(_ index: Int, of constants: [Tensor?]) -> Float? {
    guard index < constants.count, let bound = constants[index], bound.type == .float32, bound.count == 1 else {
      return nil
    }
    return bound.array(of: Float.self).first
  }

  var quantization: QuantizationRule { minimum == 0 ? .clamp(upper: maximum) : .keepFloat }

  /// From version 11 on the bounds are inputs.
  func quantization(with constants: [Tensor?]) -> QuantizationRule {
    (try? prepared(with: constants))?.quantization ?? .keepFloat
  }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let lowest: Element = try bound(1, of: inputs, known: minimum, default: .lowestFinite)
    let highest: Element = try bound(2, of: inputs, known: maximum, default: .highestFinite)
    if let lowest = lowest as? Float, let highest = highest as? Float {
      return [inputs.apply(.clip(lowest: lowest, highest: highest), to: inputs[0])]
    }
    return [inputs[0].mapped { (x: Element) in Element.smaller(Element.larger(x, lowest), highest) }]
  }

  private func bound<Element: ArithmeticElement>(
    _ index: Int, of inputs: OperatorInputs, known: Float?, default value: Element
  ) throws(OperatorError) -> Element {
    guard let tensor = inputs.optional(index) else { return known.map { Element(saturating: Double($0)) } ?? value }
    guard tensor.count == 1 else { throw .input(index, "has shape \(tensor.shape), expected a scalar") }
    return tensor.span(of: Element.self)[0]
  }
}
