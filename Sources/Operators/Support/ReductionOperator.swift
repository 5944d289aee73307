import Kernels
import Tensors

/// A reduction along axes that collects elements one by one in the type's accumulator.
protocol ReductionOperator: ArithmeticOperator {
  var axes: ReductionAxes { get }

  /// Whether an integer result exists only where there are elements to reduce.
  static var requiresElements: Bool { get }

  /// Whether integers of 8 and 16 bits and booleans can be reduced.
  static var reducesNarrowTypes: Bool { get }

  /// The kernel that collects float32 numbers.
  var kernel: Reduction { get }

  func initial<Total: ArithmeticElement>() -> Total
  func accumulate<Total: ArithmeticElement>(_ total: Total, _ x: Total) -> Total

  /// What becomes of the total of `count` elements.
  func finish<Total: ArithmeticElement>(_ total: Total, count: Int) -> Total
}

extension ReductionOperator {
  static var requiresElements: Bool { false }
  static var reducesNarrowTypes: Bool { false }
  func finish<Total: ArithmeticElement>(_ total: Total, count: Int) -> Total { total }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let plan = try axes.plan(for: inputs)
    if Element.isInteger { try checkIntegers(inputs[0], plan) }
    if Element.self == Float.self {
      if let axis = plan.middleAxis { return [reduce(inputs[0], plan, axis, with: inputs.compute)] }
      let rows = ReductionPlan.MiddleAxis(outer: plan.shape.count, count: plan.count, inner: 1)
      return [reduce(try inputs[0].transposed(plan.reducedLast, inputs.compute), plan, rows, with: inputs.compute)]
    }
    return [reduce(inputs[0], plan, as: Element.self)]
  }

  private func reduce(
    _ tensor: Tensor, _ plan: ReductionPlan, _ axis: ReductionPlan.MiddleAxis, with compute: Compute
  ) -> Tensor {
    var builder = TensorBuilder<Float>(plan.shape)
    var output = builder.span
    compute.reduce(
      kernel, tensor.span(of: Float.self), outer: axis.outer, count: axis.count, inner: axis.inner, into: &output)
    for index in output.indices { output[index] = finish(output[index], count: plan.count) }
    return builder.finish()
  }

  func reduce<Element: ArithmeticElement>(_ tensor: Tensor, _ plan: ReductionPlan, as: Element.Type) -> Tensor {
    let totals = plan.fold(tensor, from: initial()) { (total: Element.Accumulator, x: Element) in
      accumulate(total, x.widened)
    }
    var builder = TensorBuilder<Element>(plan.shape)
    var output = builder.span
    for index in output.indices { output[index] = Element(finish(totals[index], count: plan.count)) }
    return builder.finish()
  }

  private func checkIntegers(_ tensor: Tensor, _ plan: ReductionPlan) throws(OperatorError) {
    guard Self.reducesNarrowTypes || (tensor.type.bitWidth ?? 0) >= 32 else {
      throw .input(0, "has type \(tensor.type), expected float32, float64 or an integer of 32 or 64 bits")
    }
    guard !Self.requiresElements || plan.count > 0 || plan.shape.count == 0 else {
      throw .input(0, "has shape \(tensor.shape): the mean of no integers is undefined")
    }
  }
}

extension ReductionOperator {
  /// Reduces booleans as the integers 0 and 1.
  func reduceBooleans(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let plan = try axes.plan(for: inputs)
    let bytes = inputs[0].mapped { (x: Boolean) in x.value ? UInt8(1) : 0 }
    return reduce(bytes, plan, as: UInt8.self).mapped { (x: UInt8) in Boolean(x != 0) }
  }
}
