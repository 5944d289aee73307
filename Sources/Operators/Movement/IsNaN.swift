import Tensors

/// IsNaN (ONNX 9, 13, 20): whether each element is not a number.
struct IsNaN: Operator {
  static let schema = OperatorSchema(
    "IsNaN", versions: 9...newestOpset, inputs: 1...1, outputs: [.fixed(.bool)])

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .float32: [isNaN(inputs[0].aligned(), Float.self)]
    case .float64: [isNaN(inputs[0].aligned(), Double.self)]
    default: throw .input(0, "has type \(inputs[0].type), expected a floating-point type")
    }
  }

  private func isNaN<Element: TensorElement & BinaryFloatingPoint>(_ input: Tensor, _: Element.Type) -> Tensor {
    Tensor(input.shape, of: Boolean.self) { output in
      let elements = input.span(of: Element.self)
      for index in 0..<elements.count { output[index] = Boolean(elements[index].isNaN) }
    }
  }
}
