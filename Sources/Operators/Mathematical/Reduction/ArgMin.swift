import Tensors

/// ArgMin (ONNX 1, 11, 12, 13): the position of the smallest element along an axis; of equals the first, or the last with
/// `select_last_index`. NaN is found before every number.
struct ArgMin: ArithmeticOperator {
  static let schema = OperatorSchema("ArgMin", inputs: 1...1, outputs: [.fixed(.int64)])

  private let position: ExtremePosition

  init(_ node: NodeReader) throws(OperatorError) { position = try ExtremePosition(node) }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    [try position.find(in: inputs[0], isLargest: false, as: Element.self, with: inputs.compute)]
  }
}
