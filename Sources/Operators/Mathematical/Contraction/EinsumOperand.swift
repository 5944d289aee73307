import Kernels
import Tensors

/// A dense tensor with a distinct index on each axis.
struct EinsumOperand<Element: ArithmeticElement> {
  typealias Index = EinsumEquation.Index

  let tensor: Tensor
  let indices: [Index]
  let compute: Compute

  init(_ tensor: Tensor, _ indices: [Index], _ compute: Compute) {
    self.tensor = tensor
    self.indices = indices
    self.compute = compute
  }

  /// Takes the diagonal where an index occurs twice, and drops axes of 1 along which the operand repeats.
  init(_ tensor: Tensor, _ indices: [Index], lengths: [Index: Int], _ compute: Compute) {
    var strides: [Index: Int] = [:]
    var kept: [Index] = []
    for (axis, index) in indices.enumerated() where tensor.shape[axis] == lengths[index] {
      if strides[index] == nil { kept.append(index) }
      strides[index, default: 0] += tensor.shape.strides[axis]
    }
    let isDense = kept == indices
    self.tensor =
      isDense
      ? tensor : Self.gather(tensor, kept.map { lengths[$0] ?? 1 }, kept.map { strides[$0] ?? 0 }, compute)
    self.indices = kept
    self.compute = compute
  }

  /// The length of an index; 1 where the operand does not have it.
  func length(_ index: Index) -> Int { indices.firstIndex(of: index).map { tensor.shape[$0] } ?? 1 }

  /// The elements with the axes in another order.
  func transposed(to order: [Index]) -> Tensor {
    if order == indices { return tensor }
    let strides = tensor.shape.strides
    let axes = order.compactMap { indices.firstIndex(of: $0) }
    return Self.gather(tensor, axes.map { tensor.shape[$0] }, axes.map { strides[$0] }, compute)
  }

  /// The sums over every index that `isKept` rejects.
  func summed(keeping isKept: (Index) -> Bool) -> Self {
    let reduced = indices.map { !isKept($0) }
    guard reduced.contains(true) else { return self }
    let plan = ReductionPlan(tensor.shape, reduced: reduced, keepsDimensions: false)
    let totals = plan.fold(tensor, from: Element.Accumulator.zero) { (total: Element.Accumulator, x: Element) in
      total.plus(x.widened)
    }
    return Self(Tensor(plan.shape, totals.map { Element($0) }), indices.filter(isKept), compute)
  }

  /// A dense copy of elements that lie at the given strides.
  private static func gather(
    _ tensor: Tensor, _ dimensions: [Int], _ strides: [Int], _ compute: Compute
  ) -> Tensor {
    let shape = Shape(dimensions)
    var builder = TensorBuilder<Element>(shape)
    var output = builder.span
    compute.copy(
      shape, from: tensor.span(of: Element.self), StridedLayout(strides: strides), into: &output,
      StridedLayout(dense: shape))
    return builder.finish()
  }
}
