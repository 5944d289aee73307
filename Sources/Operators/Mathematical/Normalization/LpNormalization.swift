import Kernels
import Tensors

/// LpNormalization (ONNX 1, 22): x / Σ |x| (`p` 1) or x / √Σ x² (`p` 2) along an axis; 0 where that sum is 0.
struct LpNormalization: RealOperator {
  static let schema = OperatorSchema("LpNormalization", inputs: 1...1, bfloat16Since: 22)

  private let axis: Int
  private let isEuclidean: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: -1)
    let power = try node.int("p", default: 2)
    guard power == 1 || power == 2 else { throw .attribute("p", "is \(power), expected 1 or 2") }
    isEuclidean = power == 2
  }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let view = AxisView(inputs[0].shape, axis: try inputs[0].shape.requireAxis(axis))
    if Element.self == Float.self {
      return [
        view.mapRows(of: inputs[0], with: inputs.compute) { rows, output in
          inputs.compute.normalizeByNorm(rows, columns: view.length, isEuclidean: isEuclidean, into: &output)
        }
      ]
    }
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        let norm = norm(of: line)
        for index in line.indices { line[index] = norm == 0 ? 0 : Element(Double(line[index]) / norm) }
      }
    ]
  }

  private func norm<Element: RealElement>(of line: [Element]) -> Double {
    isEuclidean
      ? line.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() : line.reduce(0) { $0 + Double($1).magnitude }
  }
}
