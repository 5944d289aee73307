import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// QLinearSoftmax (com.microsoft 1): softmax of a quantized tensor, quantized again.
///
/// Exponentials come from a table, scaled up as far as a sum of them allows, as in ONNX Runtime.
struct QLinearSoftmax: Operator {
  static let schema = OperatorSchema(
    "QLinearSoftmax", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let axis: Int
  /// Whether all axes from `axis` on are one, as Softmax had it before version 13.
  private let flattens: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    let version = try node.requiredInt("opset")
    flattens = version < 13
    axis = try node.int("axis", default: flattens ? 1 : -1)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.bytes(0)
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: data.type)
    let scale = try inputs.scale(1)
    guard let axis = data.shape.normalized(axis: axis) else {
      throw .attribute("axis", "is \(axis) but input 0 has shape \(data.shape)")
    }
    let outer = data.shape.count(of: 0..<axis)
    let count = flattens ? data.shape.count(of: axis..<data.shape.rank) : data.shape[axis]
    let inner = outer * count == 0 ? 0 : data.count / (outer * count)
    let table = exponentials(scale: scale, count: count)
    let steps = (1 / target.scale).rounded(.down)
    let signBit: UInt8 = data.type == .int8 ? 0x80 : 0
    let elements = data.bits(as: UInt8.self)
    let result = Tensor(data.shape, of: UInt8.self) { output in
      for row in 0..<(outer * inner) {
        let start = row / inner * count * inner + row % inner
        let places = stride(from: start, to: start + count * inner, by: inner)
        let highest = places.reduce(0) { max($0, Int(elements[$1] ^ signBit)) }
        let sum = places.reduce(Float(0)) { $0 + table[255 - highest + Int(elements[$1] ^ signBit)] }
        for place in places {
          let value = table[255 - highest + Int(elements[place] ^ signBit)] * steps / sum
          output[place] =
            signBit == 0
            ? UInt8(rounding: value, zeroPoint: target.zeroPoint)
            : UInt8(bitPattern: Int8(rounding: value, zeroPoint: target.zeroPoint))
        }
      }
    }
    return [result.reinterpreted(as: data.type)]
  }

  /// e^((i − 255) · scale) for 256 values counted from the lowest, times a factor that all have in common.
  private func exponentials(scale: Float, count: Int) -> [Float] {
    let room = Double(logf(Float.greatestFiniteMagnitude / Float(max(count, 1))))
    let shift = max(0, room - 5) / Double(scale)
    return (0...255).map { Float(exp((Double($0) - 255 + shift) * Double(scale))) }
  }
}
