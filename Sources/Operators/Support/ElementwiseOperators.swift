import Tensors

/// One input, one output of the same shape: a function of a floating-point number.
protocol UnaryRealOperator: RealOperator {
  func apply<Element: RealElement>(_ x: Element) -> Element
}

extension UnaryRealOperator {
  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [inputs[0].mapped { (x: Element) in apply(x) }]
  }
}

/// One input, one output of the same shape: a function of any number.
protocol UnaryArithmeticOperator: ArithmeticOperator {
  func apply<Element: ArithmeticElement>(_ x: Element) -> Element
}

extension UnaryArithmeticOperator {
  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [inputs[0].mapped { (x: Element) in apply(x) }]
  }
}

/// Two inputs of one type, broadcast to one output of that type.
protocol BinaryArithmeticOperator: ArithmeticOperator {
  func apply<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element
}

extension BinaryArithmeticOperator {
  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try combine(inputs, as: Element.self)
  }

  func combine<Element: ArithmeticElement>(
    _ inputs: OperatorInputs, as: Element.Type
  ) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let plan = try BroadcastPlan([inputs[0].shape, inputs[1].shape])
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
    let plan = try BroadcastPlan([inputs[0].shape, inputs[1].shape])
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
    let plan = try BroadcastPlan([inputs[0].shape, inputs[1].shape])
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
    let plan = try BroadcastPlan([left.shape, right.shape])
    return [plan.combine(left, right) { (left: Boolean, right: Boolean) in Boolean(apply(left.value, right.value)) }]
  }
}

/// Any number of inputs of one type, broadcast to one output of that type by folding from the left.
protocol VariadicOperator: ArithmeticOperator {
  func combine<Element: ArithmeticElement>(_ left: Element, _ right: Element) -> Element

  /// What becomes of the folded value of `count` inputs.
  func finish<Element: ArithmeticElement>(_ total: Element, count: Int) -> Element
}

extension VariadicOperator {
  func finish<Element: ArithmeticElement>(_ total: Element, count: Int) -> Element { total }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    _ = try BroadcastPlan.broadcastShape(of: (0..<inputs.count).map { inputs[$0].shape })
    var total = inputs[0]
    for index in 1..<max(1, inputs.count) {
      let plan = try BroadcastPlan([total.shape, inputs[index].shape])
      total = plan.combine(total, inputs[index]) { (left: Element, right: Element) in combine(left, right) }
    }
    return [finished(total, count: inputs.count, as: Element.self)]
  }

  private func finished<Element: ArithmeticElement>(_ total: Tensor, count: Int, as: Element.Type) -> Tensor {
    count == 1 ? total : total.mapped { (x: Element) in finish(x, count: count) }
  }
}
