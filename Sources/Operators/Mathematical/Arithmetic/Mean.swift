import Kernels
import Tensors

/// Mean (ONNX 8, 13): the arithmetic mean of the inputs, element by element, broadcast as NumPy does.
struct Mean: VariadicOperator, AttributeFreeOperator {
  static let schema = OperatorSchema("Mean", versions: 6...newestOpset, inputs: 1...Int.max)

  var kernel: BinaryFunction { .add }

  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element { left.plus(right) }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let count = Element(saturating: Double(inputs.count))
    return [try fold(inputs, as: Element.self).mapped { (total: Element) in total.quotient(by: count) }]
  }
}
