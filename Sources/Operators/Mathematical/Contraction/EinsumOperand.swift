import Tensors

/// A dense tensor with a distinct index on each axis.
struct EinsumOperand<Element: ArithmeticElement> {
  typealias Index = EinsumEquation.Index

  var tensor: Tensor
  var indices: [Index]

  init(_ tensor: Tensor, _ indices: [Index]) {
    self.tensor = tensor
    self.indices = indices
  }

  /// Takes the diagonal where an index occurs twice, and drops axes of 1 along which the operand repeats.
  init(_ tensor: Tensor, _ indices: [Index], lengths: [Index: Int]) {
    var strides: [Index: Int] = [:]
    var kept: [Index] = []
    for (axis, index) in indices.enumerated() where tensor.shape[axis] == lengths[index] {
      if strides[index] == nil { kept.append(index) }
      strides[index, default: 0] += tensor.shape.strides[axis]
    }
    let isDense = kept == indices
    self.tensor =
      isDense ? tensor : Self.gather(tensor, kept.map { lengths[$0] ?? 1 }, kept.map { strides[$0] ?? 0 })
    self.indices = kept
  }

  /// The length of an index; 1 where the operand does not have it.
  func length(_ index: Index) -> Int { indices.firstIndex(of: index).map { tensor.shape[$0] } ?? 1 }

  /// The elements with the axes in another order.
  func transposed(to order: [Index]) -> Tensor {
    if order == indices { return tensor }
    let strides = tensor.shape.strides
    let axes = order.compactMap { indices.firstIndex(of: $0) }
    return Self.gather(tensor, axes.map { tensor.shape[$0] }, axes.map { strides[$0] })
  }

  /// The sums over every index that `isKept` rejects.
  func summed(keeping isKept: (Index) -> Bool) -> Self {
    let reduced = indices.map { !isKept($0) }
    guard reduced.contains(true) else { return self }
    let plan = ReductionPlan(tensor.shape, reduced: reduced, keepsDimensions: false)
    let totals = plan.fold(tensor, from: Element.Accumulator.zero) { (total: Element.Accumulator, x: Element) in
      total.plus(x.widened)
    }
    return Self(Tensor(plan.shape, totals.map { Element($0) }), indices.filter(isKept))
  }

  /// A dense copy of elements that lie at the given strides.
  private static func gather(_ tensor: Tensor, _ dimensions: [Int], _ strides: [Int]) -> Tensor {
    let elements = tensor.span(of: Element.self)
    var builder = TensorBuilder<Element>(Shape(dimensions))
    var output = builder.span
    var position = [Int](repeating: 0, count: dimensions.count)
    var source = 0
    for index in output.indices {
      output[index] = elements[source]
      var axis = dimensions.count - 1
      while axis >= 0 {
        position[axis] += 1
        source += strides[axis]
        if position[axis] < dimensions[axis] { break }
        source -= position[axis] * strides[axis]
        position[axis] = 0
        axis -= 1
      }
    }
    return builder.finish()
  }
}
