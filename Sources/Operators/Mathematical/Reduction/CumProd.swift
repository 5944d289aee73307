import Tensors

/// CumProd (ONNX 26): the products of the elements up to each one along an axis. Integers wrap around.
///
/// `exclusive` leaves each element out of its own product; `reverse` starts at the end.
struct CumProd: ArithmeticOperator {
  static let schema = OperatorSchema(
    "CumProd", versions: 26...newestOpset, inputs: 2...2, float16Since: 26, bfloat16Since: 26)

  private let isExclusive: Bool
  private let isReversed: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    isExclusive = try node.flag("exclusive", default: false)
    isReversed = try node.flag("reverse", default: false)
  }

  func run<Element: ArithmeticElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let axes = try inputs.integers(1)
    guard axes.count == 1 else { throw .input(1, "has shape \(inputs[1].shape), expected a scalar") }
    let view = AxisView(inputs[0].shape, axis: try inputs[0].shape.requireAxis(axes[0]))
    return [
      view.mapLines(of: inputs[0]) { (line: inout [Element]) in
        var product = Element.Accumulator.one
        for step in line.indices {
          let index = isReversed ? line.count - 1 - step : step
          let next = product.times(line[index].widened)
          line[index] = Element(isExclusive ? product : next)
          product = next
        }
      }
    ]
  }
}
