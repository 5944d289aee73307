import Tensors

/// ReduceLogSumExp (ONNX 1, 11, 13, 18): ln Σ e^x along the given axes without overflow; of none, −∞.
///
/// Integers, which version 28 removed, are not supported: they would have to be rounded.
struct ReduceLogSumExp: RealOperator {
  static let schema = OperatorSchema("ReduceLogSumExp", inputs: 1...2)

  private let axes: ReductionAxes

  init(_ node: NodeReader) throws(OperatorError) { axes = try ReductionAxes(node, inputSince: 18) }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let plan = try axes.plan(for: inputs)
    let totals = plan.fold(inputs[0], from: ScaledSum()) { (total: ScaledSum, x: Element) in total.adding(x.asDouble) }
    return [Tensor(plan.shape, totals.map { Element($0.logarithm) })]
  }
}

/// A sum of powers of e, divided by the largest of them so that it neither overflows nor vanishes.
private struct ScaledSum {
  private var peak = -Double.infinity
  private var sum = 0.0

  func adding(_ exponent: Double) -> ScaledSum {
    var result = self
    if exponent > peak {
      result.peak = exponent
      result.sum = sum * (peak - exponent).exponential + 1
    } else {
      // Infinities of one sign have no difference, but they are the same power.
      result.sum += exponent == peak ? 1 : (exponent - peak).exponential
    }
    return result
  }

  var logarithm: Double { peak + sum.logarithm }
}
