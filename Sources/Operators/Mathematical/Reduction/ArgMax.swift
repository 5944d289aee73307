import Tensors

/// ArgMax (ONNX 1, 11, 12, 13): the position of the largest element along an axis; of equals the first, or the last with
/// `select_last_index`. NaN is found before every number.
struct ArgMax: ArithmeticOperator {
  static let schema = OperatorSchema("ArgMax", inputs: 1...1, outputs: [.fixed(.int64)])

  private let position: ExtremePosition

  init(_ node: NodeReader) throws(OperatorError) { position = try ExtremePosition(node) }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [try position.find(in: inputs[0], isLargest: true, as: Element.self, with: inputs.compute)]
  }
}
