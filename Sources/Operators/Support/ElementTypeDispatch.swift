import Tensors

/// An operator whose type variable may be float32 or float64.
///
/// The type is looked up once, so that the loops behind `run(_:as:)` are compiled for each type.
protocol RealOperator: Operator {
  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor]
}

extension RealOperator {
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .float32: try run(inputs, as: Float.self)
    case .float64: try run(inputs, as: Double.self)
    case let type: throw .input(0, "has type \(type), expected float32 or float64")
    }
  }
}

/// An operator whose type variable may be any number: float32, float64 or an integer of 8 to 64 bits.
protocol ArithmeticOperator: Operator {
  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor]
}

extension ArithmeticOperator {
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] { try runNumbers(inputs) }

  /// What `run` does, for operators that take more than numbers.
  func runNumbers(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .float32: try run(inputs, as: Float.self)
    case .float64: try run(inputs, as: Double.self)
    case .int8: try run(inputs, as: Int8.self)
    case .int16: try run(inputs, as: Int16.self)
    case .int32: try run(inputs, as: Int32.self)
    case .int64: try run(inputs, as: Int64.self)
    case .uint8: try run(inputs, as: UInt8.self)
    case .uint16: try run(inputs, as: UInt16.self)
    case .uint32: try run(inputs, as: UInt32.self)
    case .uint64: try run(inputs, as: UInt64.self)
    case let type: throw .input(0, "has type \(type), expected a number")
    }
  }
}

/// An operator whose type variable may be an integer of 8 to 64 bits.
protocol IntegerOperator: Operator {
  func run<Element: IntegerElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor]
}

extension IntegerOperator {
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .int8: try run(inputs, as: Int8.self)
    case .int16: try run(inputs, as: Int16.self)
    case .int32: try run(inputs, as: Int32.self)
    case .int64: try run(inputs, as: Int64.self)
    case .uint8: try run(inputs, as: UInt8.self)
    case .uint16: try run(inputs, as: UInt16.self)
    case .uint32: try run(inputs, as: UInt32.self)
    case .uint64: try run(inputs, as: UInt64.self)
    case let type: throw .input(0, "has type \(type), expected an integer")
    }
  }
}

/// An operator without attributes.
protocol AttributeFreeOperator: Operator {
  init()
}

extension AttributeFreeOperator {
  init(_ node: NodeReader) throws(OperatorError) { self.init() }
}

extension OperatorInputs {
  /// Checks that every present input from `first` on has the type of input 0.
  func requireOneType(from first: Int = 1) throws(OperatorError) {
    let type = self[0].type
    for index in first..<max(first, count) {
      if let other = optional(index), other.type != type {
        throw .input(index, "has type \(other.type), but input 0 has type \(type)")
      }
    }
  }
}
