import Kernels
import Tensors

/// Softmax (ONNX 1, 11, 13): e^x / Σ e^x along an axis, without overflow.
struct Softmax: RealOperator {
  static let schema = OperatorSchema("Softmax", inputs: 1...1)

  private let axis: SoftmaxAxis

  init(_ node: NodeReader) throws(OperatorError) { axis = try SoftmaxAxis(node) }

  var quantization: QuantizationRule { .elementwise(inputs: [0]) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = try axis.view(of: inputs[0].shape)
    if Element.self == Float.self {
      return [
        view.mapRows(of: inputs[0], with: inputs.compute) { input, output in
          inputs.compute.softmax(input, columns: view.length, into: &output)
        }
      ]
    }
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        let peak = line.peak
        var sum = Element.zero
        for index in line.indices {
          line[index] = (line[index] - peak).exponential
          sum += line[index]
        }
        for index in line.indices { line[index] /= sum }
      }
    ]
  }
}
