import Kernels
import Tensors

/// Pow (ONNX 7, 12, 13, 15): the elements of input 0 to the powers in input 1, broadcast as NumPy does.
///
/// The result has the type of the base. Integers to integer powers wrap around; to a negative power they are cut off
/// toward zero, 0 staying 0. An integer to a floating-point power is computed in float64 and kept within its range.
struct Pow: Operator, AttributeFreeOperator {
  static let schema = OperatorSchema("Pow", versions: 7...newestOpset, inputs: 2...2)

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .float32: try raiseReals(inputs, as: Float.self)
    case .float64: try raiseReals(inputs, as: Double.self)
    case .int32: try raiseIntegers(inputs, as: Int32.self)
    case .int64: try raiseIntegers(inputs, as: Int64.self)
    case let type: throw .input(0, "has type \(type), expected float32, float64, int32 or int64")
    }
  }

  private func raiseReals<Base: RealElement>(_ inputs: OperatorInputs, as: Base.Type) throws(OperatorError) -> [Tensor]
  {
    let (bases, exponents) = (inputs[0], try inputs.numbers(1, as: Base.self))
    let plan = try Broadcast(of: bases.shape, with: exponents.shape)
    if exponents.count == 1, plan.shape == bases.shape {
      let exponent = exponents.span(of: Base.self)[0]
      if exponent == 2 { return [try product(bases, bases, as: Base.self, inputs)] }
      if exponent == 3 {
        return [try product(try product(bases, bases, as: Base.self, inputs), bases, as: Base.self, inputs)]
      }
    }
    if Base.self == Float.self { return [inputs.combine(.power, bases, exponents, plan)] }
    return [plan.combine(bases, exponents) { (base: Base, exponent: Base) in base.power(exponent) }]
  }

  /// The most frequent powers, which need no logarithm, are products of tensors of one shape.
  private func product<Base: RealElement>(
    _ first: Tensor, _ second: Tensor, as: Base.Type, _ inputs: OperatorInputs
  ) throws(OperatorError) -> Tensor {
    let plan = try Broadcast(of: first.shape, with: second.shape)
    if Base.self == Float.self { return inputs.combine(.multiply, first, second, plan) }
    return plan.combine(first, second) { (left: Base, right: Base) in left * right }
  }

  private func raiseIntegers<Base: IntegerElement>(
    _ inputs: OperatorInputs, as: Base.Type
  ) throws(OperatorError) -> [Tensor] {
    let plan = try Broadcast(of: inputs[0].shape, with: inputs[1].shape)
    if inputs[1].type.isInteger {
      let exponents = try inputs.numbers(1, as: Int64.self)
      return [plan.combine(inputs[0], exponents) { (base: Base, exponent: Int64) in power(base, exponent) }]
    }
    let exponents = try inputs.numbers(1, as: Double.self)
    return [
      plan.combine(inputs[0], exponents) { (base: Base, exponent: Double) in
        Base(saturating: base.asDouble.power(exponent))
      }
    ]
  }

  /// Exponentiation by squaring.
  private func power<Base: IntegerElement>(_ base: Base, _ exponent: Int64) -> Base {
    if exponent < 0 {
      let isUnit = base == 1 || base.absolute == 1
      return isUnit ? (exponent % 2 == 0 ? 1 : base) : 0
    }
    var result: Base = 1
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest % 2 == 1 { result = result.times(square) }
      square = square.times(square)
      rest /= 2
    }
    return result
  }
}
