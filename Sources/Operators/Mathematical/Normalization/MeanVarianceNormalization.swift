import Kernels
import Tensors

/// MeanVarianceNormalization (ONNX 9, 13): (x − mean) / (√variance + 1e−9), the moments being taken along `axes`.
struct MeanVarianceNormalization: RealOperator {
  static let schema = OperatorSchema(
    "MeanVarianceNormalization", versions: 9...newestOpset, inputs: 1...1, float16Since: 9)

  private let axes: [Int]

  init(_ node: NodeReader) throws(OperatorError) { axes = try node.ints("axes") ?? [0, 2, 3] }

  func run<Element: RealElement>(_ inputs: OperatorInputs, as: Element.Type) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    var reduced = [Bool](repeating: false, count: shape.rank)
    for axis in axes { reduced[try shape.requireAxis(axis)] = true }
    let plan = ReductionPlan(shape, reduced: reduced, keepsDimensions: true)
    let broadcast = try Broadcast(of: shape, with: plan.shape)

    let sums = plan.fold(inputs[0], from: 0.0) { (total: Double, x: Element) in total + Double(x) }
    let means = Tensor(plan.shape, sums.map { $0 / Double(plan.count) })
    let centered = broadcast.combine(inputs[0], means) { (x: Element, mean: Double) in Double(x) - mean }
    let squares = plan.fold(centered, from: 0.0) { (total: Double, x: Double) in total + x * x }
    let deviations = Tensor(plan.shape, squares.map { ($0 / Double(plan.count)).squareRoot() + 1e-9 })
    return [broadcast.combine(centered, deviations) { (x: Double, deviation: Double) in Element(x / deviation) }]
  }
}
