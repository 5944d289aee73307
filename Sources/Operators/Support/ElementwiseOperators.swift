import Kernels
import Tensors

/// One input, one output of the same shape: a function of a floating-point number.
protocol UnaryRealOperator: RealOperator {
  func apply<Element: RealElement>(_ x: Element) -> Element

  /// The kernel that computes the same in float32, where there is one.
  var kernel: UnaryFunction? { get }
}

extension UnaryRealOperator {
  var kernel: UnaryFunction? { nil }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    if let kernel, Element.self == Float.self { return [inputs.apply(kernel, to: inputs[0])] }
    return [inputs[0].mapped { (x: Element) in apply(x) }]
  }
}

/// One input, one output of the same shape: a function of any number.
protocol UnaryArithmeticOperator: ArithmeticOperator {
  func apply<Element: ArithmeticElement>(_ x: Element) -> Element

  /// The kernel that computes the same in float32, where there is one.
  var kernel: UnaryFunction? { get }
}

extension UnaryArithmeticOperator {
  var kernel: UnaryFunction? { nil }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    if let kernel, Element.self == Float.self { return [inputs.apply(kernel, to: inputs[0])] }
    return [inputs[0].mapped { (x: Element) in apply(x) }]
  }
}

/// Two inputs of one type, broadcast to one output of that type.
protocol BinaryArithmeticOperator: ArithmeticOperator {
  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element

  /// The kernel that computes the same in float32, where there is one.
  var kernel: BinaryFunction? { get }
}

extension BinaryArithmeticOperator {
  var kernel: BinaryFunction? { nil }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try combine(inputs, as: Element.self)
  }

  /// What `run` does, for operators that check more first.
  func combine<Element: ArithmeticElement>(
    _ inputs: OperatorInputs, as: Element.Type
  ) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let plan = try Broadcast(of: inputs[0].shape, with: inputs[1].shape)
    if let kernel, Element.self == Float.self { return [inputs.combine(kernel, inputs[0], inputs[1], plan)] }
    return [plan.combine(inputs[0], inputs[1]) { (left: Element, right: Element) in apply(left, right) }]
  }
}

/// Two inputs of one number type, broadcast and compared.
protocol ComparisonOperator: ArithmeticOperator {
  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Bool
}

extension ComparisonOperator {
  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let plan = try Broadcast(of: inputs[0].shape, with: inputs[1].shape)
    return [
      plan.combine(inputs[0], inputs[1]) { (left: Element, right: Element) in Boolean(apply(left, right)) }
    ]
  }
}

/// Two inputs of one integer type, broadcast to one output of that type.
protocol BinaryIntegerOperator: IntegerOperator {
  func apply<Element: IntegerElement>(_ left: Element, _ right: Element) -> Element
}

extension BinaryIntegerOperator {
  func run<Element: IntegerElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let plan = try Broadcast(of: inputs[0].shape, with: inputs[1].shape)
    return [plan.combine(inputs[0], inputs[1]) { (left: Element, right: Element) in apply(left, right) }]
  }
}

/// Two inputs of booleans, broadcast to one output of booleans.
protocol LogicalOperator: Operator {
  func apply(_ left: Bool, _ right: Bool) -> Bool
}

extension LogicalOperator {
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let left = try inputs.tensor(0, of: .bool)
    let right = try inputs.tensor(1, of: .bool)
    let plan = try Broadcast(of: left.shape, with: right.shape)
    return [plan.combine(left, right) { (left: Boolean, right: Boolean) in Boolean(apply(left.value, right.value)) }]
  }
}
