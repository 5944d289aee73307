import Tensors

/// CumSum (ONNX 11, 14): running sums along the axis in input 1, with or without the entry itself, from either end.
struct CumSum: Operator {
  static let schema = OperatorSchema(
    "CumSum", versions: 11...newestOpset, inputs: 2...2, float16Since: 14, bfloat16Since: 14)

  private let exclusive: Bool
  private let reverse: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    exclusive = try node.flag("exclusive", default: false)
    reverse = try node.flag("reverse", default: false)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let named = try inputs.singleInteger(1)
    let axis = try ParameterSource.input(1).normalizedAxis(named, rank: inputs[0].shape.rank)
    let sums = RunningSums(input: inputs[0].aligned(), axis: axis, exclusive: exclusive, reverse: reverse)
    return [try sums.result(of: inputs[0].type)]
  }
}

private struct RunningSums: NumericWork {
  let input: Tensor
  let axis: Int
  let exclusive: Bool
  let reverse: Bool

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Tensor {
    Tensor(input.shape, of: Element.self) { output in
      let elements = input.span(of: Element.self)
      let size = input.shape[axis]
      let inner = input.shape.count(of: axis + 1..<input.shape.rank)
      for block in 0..<input.shape.count(of: 0..<axis) {
        for column in 0..<inner {
          var sum = Element.zero
          for step in 0..<size {
            let position = (block * size + (reverse ? size - 1 - step : step)) * inner + column
            let next = sum.plus(elements[position])
            output[position] = exclusive ? sum : next
            sum = next
          }
        }
      }
    }
  }
}
