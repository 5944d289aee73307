import Kernels
import Tensors

/// An activation of com.microsoft on the sum of an input and an optional bias that broadcasts to it.
protocol BiasedActivation: RealOperator, AttributeFreeOperator {
  func apply<Element: RealElement>(_ x: Element) -> Element

  /// The kernel that computes the same in float32.
  var kernel: UnaryFunction { get }
}

extension BiasedActivation {
  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    try inputs.requireOneType()
    let sum = try inputs.adding(1, to: inputs[0], as: Element.self)
    if Element.self == Float.self { return [inputs.apply(kernel, to: sum)] }
    return [sum.mapped { (x: Element) in apply(x) }]
  }
}

extension OperatorInputs {
  /// A tensor plus an optional input that broadcasts to input 0, whose shape the tensor has.
  func adding<Element: RealElement>(
    _ index: Int, to tensor: Tensor, as: Element.Type
  ) throws(OperatorError) -> Tensor {
    guard let summand = optional(index) else { return tensor }
    try requireBroadcast(index)
    let plan = try Broadcast(of: tensor.shape, with: summand.shape)
    if Element.self == Float.self { return combine(.add, tensor, summand, plan) }
    return plan.combine(tensor, summand) { (x: Element, summand: Element) in x + summand }
  }

  /// A tensor times an input that broadcasts to input 0, whose shape the tensor has.
  func multiplying<Element: RealElement>(
    _ tensor: Tensor, by index: Int, as: Element.Type
  ) throws(OperatorError) -> Tensor {
    try requireBroadcast(index)
    let plan = try Broadcast(of: tensor.shape, with: self[index].shape)
    if Element.self == Float.self { return combine(.multiply, tensor, self[index], plan) }
    return plan.combine(tensor, self[index]) { (x: Element, factor: Element) in x * factor }
  }
}
