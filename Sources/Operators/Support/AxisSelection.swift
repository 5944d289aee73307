import Kernels
import Tensors

/// A tensor made by choosing, along every axis by itself, which entries of the source to take and which to fill.
struct AxisSelection: BitMovement {
  private let source: Tensor
  private let entries: AxisEntries
  private let fill: Tensor
  private let shape: Shape
  private let compute: Compute

  /// `fill` is one element of the source's type.
  init(_ source: Tensor, _ entries: AxisEntries, fill: Tensor, shape: Shape, _ compute: Compute) {
    precondition(entries.source == source.shape && fill.count == 1 && fill.type == source.type)
    self.source = source.aligned()
    self.entries = entries
    self.fill = fill.aligned()
    self.shape = shape
    self.compute = compute
  }

  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement & FixedWidthInteger>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      compute.assemble(
        rowsAt: entries.bases, entries.pattern, of: source.bits(), fill: fill.bits(as: Bits.self)[0], into: &output)
    }
  }
}
