import Tensors

/// Hardmax (ONNX 1, 11, 13): 1 for the first largest element along an axis, 0 for all others.
struct Hardmax: RealOperator {
  static let schema = OperatorSchema("Hardmax", inputs: 1...1)

  private let axis: SoftmaxAxis

  init(_ node: NodeReader) throws(OperatorError) { axis = try SoftmaxAxis(node) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = try axis.view(of: inputs[0].shape)
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        let peak = line.peak
        let winner = line.firstIndex(of: peak)
        for index in line.indices { line[index] = index == winner ? 1 : 0 }
      }
    ]
  }
}
