import Kernels
import Tensors

/// Hardmax (ONNX 1, 11, 13): 1 for the first largest element along an axis, 0 for all others.
struct Hardmax: RealOperator {
  static let schema = OperatorSchema("Hardmax", inputs: 1...1)

  private let axis: SoftmaxAxis

  init(_ node: NodeReader) throws(OperatorError) { axis = try SoftmaxAxis(node) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = try axis.view(of: inputs[0].shape)
    if Element.self == Float.self, view.length > 0 { return [marked(inputs[0], view, inputs.compute)] }
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        let peak = line.peak
        let winner = line.firstIndex(of: peak)
        for index in line.indices { line[index] = index == winner ? 1 : 0 }
      }
    ]
  }

  /// The same by the kernel that finds the largest. Where that is NaN, nothing equals it.
  private func marked(_ tensor: Tensor, _ view: AxisView, _ compute: Compute) -> Tensor {
    var winners = TensorBuilder<Int64>([view.outer * view.inner])
    var positions = winners.span
    let elements = tensor.span(of: Float.self)
    compute.indexOfMaximum(elements, outer: view.outer, count: view.length, inner: view.inner, into: &positions)
    return Tensor(tensor.shape, of: Float.self) { output in
      output.update(repeating: 0)
      for line in positions.indices {
        let (outer, inner) = line.quotientAndRemainder(dividingBy: view.inner)
        let place = (outer * view.length + Int(positions[line])) * view.inner + inner
        if !elements[place].isNaN { output[place] = 1 }
      }
    }
  }
}
