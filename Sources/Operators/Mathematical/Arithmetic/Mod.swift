import Tensors

/// Mod (ONNX 10, 13, 28): what a division leaves, element by element, broadcast as NumPy does.
///
/// With `fmod` the quotient is cut off toward zero, else it is rounded down. Floating-point numbers need `fmod`
/// before version 28; integers must not be divided by 0.
struct Mod: BinaryArithmeticOperator {
  static let schema = OperatorSchema("Mod", versions: 10...newestOpset, inputs: 2...2, float16Since: 10)

  private let truncates: Bool
  private let floorsReals: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    truncates = try node.flag("fmod", default: false)
    floorsReals = node.version >= 28
  }

  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element {
    truncates ? left.truncatedRemainder(by: right) : left.flooredRemainder(by: right)
  }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    guard Element.isInteger || truncates || floorsReals else {
      throw .attribute("fmod", "is 0, but input 0 has type \(inputs[0].type), which needs 1 before version 28")
    }
    try inputs.requireOneType()
    try inputs.requireIntegerDivisors(1, of: Element.self)
    return try combine(inputs, as: Element.self)
  }
}
