import Tensors

extension OperatorInputs {
  /// An input of any number type, converted to `Element`.
  func numbers<Element: ArithmeticElement>(_ index: Int, as: Element.Type) throws(OperatorError) -> Tensor {
    let tensor = self[index]
    if tensor.type == Element.dataType { return tensor }
    return switch tensor.type {
    case .float32: tensor.mapped { (x: Float) in Element(saturating: x.asDouble) }
    case .float64: tensor.mapped { (x: Double) in Element(saturating: x) }
    case .int8: tensor.mapped { (x: Int8) in Element(saturating: x.asDouble) }
    case .int16: tensor.mapped { (x: Int16) in Element(saturating: x.asDouble) }
    case .int32: tensor.mapped { (x: Int32) in Element(saturating: x.asDouble) }
    case .int64: tensor.mapped { (x: Int64) in Element(saturating: x.asDouble) }
    case .uint8: tensor.mapped { (x: UInt8) in Element(saturating: x.asDouble) }
    case .uint16: tensor.mapped { (x: UInt16) in Element(saturating: x.asDouble) }
    case .uint32: tensor.mapped { (x: UInt32) in Element(saturating: x.asDouble) }
    case .uint64: tensor.mapped { (x: UInt64) in Element(saturating: x.asDouble) }
    default: throw .input(index, "has type \(tensor.type), expected a number")
    }
  }

  /// An input of any number type that holds exactly one number.
  func number(_ index: Int) throws(OperatorError) -> Double {
    guard self[index].count == 1 else { throw .input(index, "has shape \(self[index].shape), expected a scalar") }
    let number = try numbers(index, as: Double.self)
    return number.span(of: Double.self)[0]
  }

  /// Checks that an input of integers, which others are to be divided by, holds no 0.
  func requireIntegerDivisors<Element: ArithmeticElement>(
    _ index: Int, of: Element.Type
  ) throws(OperatorError) {
    guard Element.isInteger else { return }
    let tensor = self[index]
    let divisors = tensor.span(of: Element.self)
    for position in divisors.indices where divisors[position] == .zero {
      throw .input(index, "contains 0, by which integers cannot be divided")
    }
  }

  /// Checks that an input holds one number per channel.
  func requireVector(_ index: Int, count: Int) throws(OperatorError) {
    let shape = self[index].shape
    guard shape == [count] else { throw .input(index, "has shape \(shape), expected [\(count)]") }
  }
}
