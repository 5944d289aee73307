import Kernels
import Tensors

/// LogSoftmax (ONNX 1, 11, 13): x − ln Σ e^x along an axis, without overflow.
struct LogSoftmax: RealOperator {
  static let schema = OperatorSchema("LogSoftmax", inputs: 1...1)

  private let axis: SoftmaxAxis

  init(_ node: NodeReader) throws(OperatorError) { axis = try SoftmaxAxis(node) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = try axis.view(of: inputs[0].shape)
    if Element.self == Float.self {
      return [
        view.mapRows(of: inputs[0], with: inputs.compute) { input, output in
          inputs.compute.logSoftmax(input, columns: view.length, into: &output)
        }
      ]
    }
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        let peak = line.peak
        let logarithm = line.reduce(0) { $0 + ($1 - peak).exponential }.logarithm
        for index in line.indices { line[index] = line[index] - peak - logarithm }
      }
    ]
  }
}
