import Kernels
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
    if Element.self == Float.self, let axis = plan.middleAxis, let result = inputs.logarithmOfPowers(plan.shape, axis) {
      return [result]
    }
    let totals = plan.fold(inputs[0], from: ScaledSum()) { (total: ScaledSum, x: Element) in total.adding(x.asDouble) }
    return [Tensor(plan.shape, totals.map { Element($0.logarithm) })]
  }
}

extension OperatorInputs {
  /// The same by kernels, in passes of float32 over the whole input; nil where a largest element is not finite.
  fileprivate func logarithmOfPowers(_ shape: Shape, _ axis: ReductionPlan.MiddleAxis) -> Tensor? {
    let tensor = self[0]
    let peaks = reduced(tensor, .maximum, shape, axis)
    let largest = peaks.span(of: Float.self)
    guard tensor.count > 0, largest.indices.allSatisfy({ largest[$0].isFinite }),
      let broadcast = Broadcast([axis.outer, axis.count, axis.inner], [axis.outer, 1, axis.inner])
    else { return nil }
    let differences = combine(.subtract, tensor, peaks, broadcast)
    let sums = reduced(apply(.exp, to: differences), .sum, shape, axis)
    let totals = sums.span(of: Float.self)
    return Tensor(shape, of: Float.self) { output in
      for index in totals.indices { output[index] = Float(Double(largest[index]) + Double(totals[index]).logarithm) }
    }
  }

  private func reduced(
    _ tensor: Tensor, _ reduction: Reduction, _ shape: Shape, _ axis: ReductionPlan.MiddleAxis
  ) -> Tensor {
    Tensor(shape, of: Float.self) { output in
      compute.reduce(
        reduction, tensor.span(of: Float.self), outer: axis.outer, count: axis.count, inner: axis.inner, into: &output)
    }
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
