import Kernels
import Tensors

/// Any number of inputs of one type, broadcast to one output of that type by folding from the left.
protocol VariadicOperator: ArithmeticOperator {
  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element

  /// The kernel that combines two float32 numbers.
  var kernel: BinaryFunction { get }
}

extension VariadicOperator {
  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [try fold(inputs, as: Element.self)]
  }

  func fold<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> Tensor {
    let operands = try inputs.allPresent()
    try inputs.requireOneType()
    var total = operands[0]
    for operand in operands.dropFirst() {
      guard let plan = Broadcast(total.shape, operand.shape) else { throw Broadcast.mismatch(operands.map(\.shape)) }
      total =
        if Element.self == Float.self {
          inputs.combine(kernel, total, operand, plan)
        } else {
          plan.combine(total, operand) { (left: Element, right: Element) in combine(left, right) }
        }
    }
    return total
  }
}

extension OperatorInputs {
  /// The inputs of a node that may leave none of them out.
  func allPresent() throws(OperatorError) -> [Tensor] {
    var present: [Tensor] = []
    for index in 0..<count {
      guard let tensor = optional(index) else { throw .input(index, "is missing") }
      present.append(tensor)
    }
    return present
  }
}
