import Kernels
import Tensors

/// The sum or the product of two quantized tensors that broadcast, quantized again: what QLinearAdd and QLinearMul have in
/// common. Inputs 0 and 3 are the tensors, each with its scale and its zero point behind it, 6 and 7 those of the result.
struct QuantizedArithmetic: Sendable {
  private let function: BinaryFunction
  private var scales: Derived<Scales>
  private let broadcasts = LatestResult<ShapePair, Broadcast>()

  /// The scales and zero points of operands and result, all of one type.
  private struct Scales: Sendable {
    let type: DataType
    let left, right, result: TensorScale

    init(_ inputs: some NodeInputs, of type: DataType) throws(OperatorError) {
      self.type = type
      left = try inputs.tensorScale(1, zeroPoint: 2, of: type)
      right = try inputs.tensorScale(4, zeroPoint: 5, of: type)
      result = try inputs.tensorScale(6, zeroPoint: 7, of: type)
    }
  }

  init(_ function: BinaryFunction, _ node: NodeReader) {
    self.function = function
    scales = Derived(node, from: [1, 2, 4, 5, 6, 7])
  }

  /// This with scales and zero points read, where they are constant.
  func prepared(with constants: [Tensor?]) -> QuantizedArithmetic {
    var prepared = self
    prepared.scales = scales.prepared(with: constants) { inputs throws(OperatorError) in
      guard let zeroPoint = inputs.optional(2) else { return nil }
      return try Scales(inputs, of: zeroPoint.type)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let left = try inputs.bytes(0)
    let right = try inputs.bytes(3)
    guard left.type == right.type else {
      throw .input(3, "has type \(right.type), expected \(left.type) as input 0")
    }
    let broadcast = try broadcasts.value(for: ShapePair(first: left.shape, second: right.shape)) {
      () throws(OperatorError) in try Broadcast(of: left.shape, with: right.shape)
    }
    let known = scales.value.flatMap { $0.type == left.type ? $0 : nil }
    let scales = if let known { known } else { try Scales(inputs, of: left.type) }
    return left.type == .uint8
      ? combine(left, right, broadcast, scales, UInt8.self, inputs.compute)
      : combine(left, right, broadcast, scales, Int8.self, inputs.compute)
  }

  private func combine<Quantized: QuantizedElement>(
    _ left: Tensor, _ right: Tensor, _ broadcast: Broadcast, _ scales: Scales, _: Quantized.Type, _ compute: Compute
  ) -> Tensor {
    let (a, b) = (left.span(of: Quantized.self), right.span(of: Quantized.self))
    return Tensor(broadcast.shape, of: Quantized.self) { output in
      compute.combine(function, a, scales.left, b, scales.right, broadcast, into: &output, scales.result)
    }
  }
}
