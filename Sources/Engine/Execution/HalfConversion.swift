import Kernels
import Tensors

extension Tensor {
  /// This tensor in float32 where it is float16 or bfloat16, exactly; itself otherwise.
  func widened(_ compute: Compute) -> Tensor {
    switch type {
    case .float16:
      let halves = aligned()
      return Tensor(shape, of: Float.self) { compute.convert(halves.span(of: Half.self), into: &$0) }
    case .bfloat16:
      let halves = aligned()
      return Tensor(shape, of: Float.self) { compute.convert(halves.span(of: BFloat16.self), into: &$0) }
    default: return self
    }
  }

  /// This float32 tensor rounded to the nearest of a half-precision type, ties to even.
  func narrowed(to type: DataType, _ compute: Compute) -> Tensor {
    let floats = aligned()
    if type == .float16 {
      return Tensor(shape, of: Half.self) { _ = compute.convert(floats.span(of: Float.self), into: &$0) }
    }
    return Tensor(shape, of: BFloat16.self) { _ = compute.convert(floats.span(of: Float.self), into: &$0) }
  }
}
