import Kernels
import Tensors

extension OperatorInputs {
  /// The work of a product of matrices with one row per row of `outputs[0]` and sums of `depth` products.
  func productWork(
    depth: Int, _ outputs: [Tensor?], _ arithmetic: OperatorWork.Arithmetic, kernel: String, variant: String? = nil
  ) -> OperatorWork {
    productWork(depth: depth, resultCount: outputs.firstCount, arithmetic, kernel: kernel, variant: variant)
  }

  /// The work of a product whose result has so many elements.
  func productWork(
    depth: Int, resultCount: Int, _ arithmetic: OperatorWork.Arithmetic, kernel: String, variant: String? = nil
  ) -> OperatorWork {
    OperatorWork(
      multiplyAdds: resultCount * depth, arithmetic, kernel: kernel, tier: compute.tier, variant: variant)
  }

  /// The work of a floating-point product: by packed weights, by matrices that are packed in the run, or, for types
  /// without kernels, from the definition.
  func floatProductWork(depth: Int, _ outputs: [Tensor?], packed: PackedFloatMatrix?) -> OperatorWork {
    guard self[0].type == .float32 else { return directWork(depth: depth, outputs) }
    guard let packed else { return productWork(depth: depth, outputs, .float, kernel: "batched gemm f32") }
    return productWork(depth: depth, outputs, .float, kernel: "gemm f32", variant: packed.variant)
  }

  /// The work of a product computed from its definition.
  func directWork(depth: Int, _ outputs: [Tensor?]) -> OperatorWork {
    directWork(depth: depth, resultCount: outputs.firstCount)
  }

  /// The same for a result of so many elements.
  func directWork(depth: Int, resultCount: Int) -> OperatorWork {
    let type = self[0].type
    return OperatorWork(
      multiplyAdds: resultCount * depth, type.isFloatingPoint ? .float : .integer, kernel: "direct \(type)",
      tier: nil)
  }

  /// The work of the products of attention: the scores of every query with every key, then their mixture of values.
  ///
  /// - Parameters:
  ///   - queries: the elements of all queries.
  ///   - keyCount: the keys of an item, those of a cache included.
  ///   - values: the elements of the result.
  ///   - other: multiply-adds besides.
  func attentionWork(queries: Int, keyCount: Int, values: Int, other: Int = 0) -> OperatorWork {
    OperatorWork(
      multiplyAdds: (queries + values) * keyCount + other, .float, kernel: "attention f32", tier: compute.tier)
  }

  /// The keys of an item: those of input 1, [batch, length, heads · size] or [batch, heads, length, size], and those of a
  /// cache in the input at `past`, of the second form.
  func keyCount(past: Int) -> Int {
    let shape = self[1].shape
    return shape[shape.rank - 2] + (optional(past)?.shape[2] ?? 0)
  }

  /// The work of a recurrent layer: at every step of every item, input 0 and the state go through the weights of all
  /// gates and directions, inputs 1 and 2.
  func recurrentWork() -> OperatorWork {
    OperatorWork(
      multiplyAdds: self[0].shape[0] * self[0].shape[1] * (self[1].count + self[2].count), .float,
      kernel: "recurrent f32", tier: compute.tier)
  }

  /// The work of looking up every byte in a table.
  func lookupWork() -> OperatorWork { OperatorWork(.integer, kernel: "table lookup", tier: compute.tier) }
}

extension [Tensor?] {
  /// The elements of the first one, where it is there.
  var firstCount: Int { first.flatMap(\.self)?.count ?? 0 }
}

extension ConvolutionGeometry {
  /// The name of the kernel for operands of the given types, and which member of its family it is.
  func kernel(_ types: String) -> (name: String, variant: String?) {
    switch form {
    case .depthwise: ("depthwise \(types)", nil)
    case .dense: ("convolution \(types)", nil)
    case .pointwise, .grouped: ("convolution \(types)", form.rawValue)
    }
  }
}
