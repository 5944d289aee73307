import Kernels
import Tensors

/// One input of a quantized operator: 8-bit values with one scale and one zero point.
struct QuantizedInput {
  let tensor: Tensor
  let scale: TensorScale

  /// Reads values, scale and zero point at three consecutive inputs; the zero point may be left out.
  init(_ inputs: OperatorInputs, at index: Int) throws(OperatorError) {
    tensor = try inputs.bytes(index)
    scale = try inputs.tensorScale(index + 1, zeroPoint: index + 2, of: tensor.type)
  }
}

extension OperatorInputs {
  /// Adds or multiplies the quantized inputs at 0 and 3 and quantizes the result as inputs 6 and 7 say.
  func combineQuantized(_ function: BinaryFunction) throws(OperatorError) -> Tensor {
    let left = try QuantizedInput(self, at: 0)
    let right = try QuantizedInput(self, at: 3)
    guard left.tensor.type == right.tensor.type else {
      throw .input(3, "has type \(right.tensor.type), expected \(left.tensor.type) as input 0")
    }
    let broadcast = try Broadcast(of: left.tensor.shape, with: right.tensor.shape)
    let scale = try tensorScale(6, zeroPoint: 7, of: left.tensor.type)
    return left.tensor.type == .uint8
      ? combine(function, left, right, broadcast, scale, UInt8.self)
      : combine(function, left, right, broadcast, scale, Int8.self)
  }

  private func combine<Quantized: QuantizedElement>(
    _ function: BinaryFunction, _ left: QuantizedInput, _ right: QuantizedInput, _ broadcast: Broadcast,
    _ scale: TensorScale, _: Quantized.Type
  ) -> Tensor {
    let (a, b) = (left.tensor.span(of: Quantized.self), right.tensor.span(of: Quantized.self))
    return Tensor(broadcast.shape, of: Quantized.self) { output in
      compute.combine(function, a, left.scale, b, right.scale, broadcast, into: &output, scale)
    }
  }
}
