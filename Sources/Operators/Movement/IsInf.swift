import Tensors

/// IsInf (ONNX 10, 20): whether each element is infinite, of the signs that are asked for.
struct IsInf: Operator {
  static let schema = OperatorSchema(
    "IsInf", versions: 10...newestOpset, inputs: 1...1, outputs: [.fixed(.bool)], float16Since: 20,
    bfloat16Since: 20)

  private let positive: Bool
  private let negative: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    positive = try node.flag("detect_positive", default: true)
    negative = try node.flag("detect_negative", default: true)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    switch inputs[0].type {
    case .float32: [isInfinite(inputs[0].aligned(), Float.self)]
    case .float64: [isInfinite(inputs[0].aligned(), Double.self)]
    default: throw .input(0, "has type \(inputs[0].type), expected a floating-point type")
    }
  }

  private func isInfinite<Element: TensorElement & BinaryFloatingPoint>(_ input: Tensor, _: Element.Type) -> Tensor {
    Tensor(input.shape, of: Boolean.self) { output in
      let elements = input.span(of: Element.self)
      for index in 0..<elements.count {
        let value = elements[index]
        output[index] = Boolean(value.isInfinite && (value > 0 ? positive : negative))
      }
    }
  }
}
