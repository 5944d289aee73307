import Kernels
import Tensors

/// How far a result may lie from what is expected: |result − expected| ≤ absolute + relative · |expected|, as
/// NumPy's `assert_allclose` has it. Elements that are not real numbers must be equal.
///
/// Expected results are rounded themselves, so that two allowances come on top: two units in the last place of a
/// two-byte type, to which the suite rounds every step, and one of float32 for the largest element, where others of a
/// sum cancel out.
struct Tolerance: Sendable {
  let relative: Double
  let absolute: Double

  /// How `result` differs from `expected` first; nil where it does not.
  func difference(of result: Tensor, from expected: Tensor) -> String? {
    if result.type != expected.type { return "type \(result.type), expected \(expected.type)" }
    if result.shape != expected.shape { return "shape \(result.shape), expected \(expected.shape)" }
    guard let pair = Self.reals(result).flatMap({ left in Self.reals(expected).map { (left, $0) } }) else {
      return result.bytes.isEqual(to: expected.bytes) ? nil : "other elements"
    }
    let widened = Tolerance(
      relative: max(relative, 2 * Self.lastPlace(of: expected.type)),
      absolute: max(absolute, 0x1p-23 * (pair.1.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0)))
    for (index, (left, right)) in zip(pair.0, pair.1).enumerated() where !widened.isClose(left, right) {
      return "element \(index) is \(left), expected \(right)"
    }
    return nil
  }

  private func isClose(_ left: Double, _ right: Double) -> Bool {
    if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
    return left == right || abs(left - right) <= absolute + relative * abs(right)
  }

  /// The distance between neighbouring numbers of a two-byte type, relative to the lower one at its largest.
  private static func lastPlace(of type: DataType) -> Double {
    switch type {
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    default: 0
    }
  }

  /// The elements of a tensor of real numbers; nil for other types.
  private static func reals(_ tensor: Tensor) -> [Double]? {
    switch tensor.type {
    case .float32: tensor.array(of: Float.self).map(Double.init)
    case .float64: tensor.array(of: Double.self)
    case .float16: tensor.array(of: Half.self).map { Double(Float(Float16(bitPattern: $0.bits))) }
    case .bfloat16: tensor.array(of: BFloat16.self).map { Double(Float(bitPattern: UInt32($0.bits) << 16)) }
    default: nil
    }
  }
}
