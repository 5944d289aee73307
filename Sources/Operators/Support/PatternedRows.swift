import Kernels
import Tensors

/// Copies rows that are all put together in one way.
struct PatternedRows: BitMovement {
  /// What there is to know but the elements.
  struct Plan: Sendable {
    let shape: Shape
    /// Where each row is counted from.
    let bases: [Int]
    let pattern: RowPattern
  }

  private let source: Tensor
  private let plan: Plan
  private let compute: Compute

  init(_ source: Tensor, _ plan: Plan, _ compute: Compute) {
    self.source = source.aligned()
    self.plan = plan
    self.compute = compute
  }

  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement & FixedWidthInteger>(as: Bits.Type) -> Tensor {
    Tensor(plan.shape, of: Bits.self) { output in
      compute.assemble(rowsAt: plan.bases, plan.pattern, of: source.bits(), fill: 0, into: &output)
    }
  }
}
