public import Kernels
public import Tensors

/// Carries out decisions on tensors, a part at a time, so that memory holds no more than one part of a result.
public struct TensorConverter: Sendable {
  private let compute: Compute

  public init(compute: Compute) { self.compute = compute }

  /// Hands the bytes of a converted tensor to `emit`, in order.
  /// - Returns: what rounding to a 16-bit type made of numbers that are too large or too small for it.
  @discardableResult
  public func convert<Failure: Error>(
    _ tensor: Tensor, _ decision: TensorDecision, emit: (Bytes) throws(Failure) -> Void
  ) throws(Failure) -> NarrowingLoss {
    guard let real = RealTensor(tensor), decision.isConverted else {
      try emit(tensor.bytes)
      return NarrowingLoss()
    }
    var total = NarrowingLoss()
    for part in MatrixPart.parts(of: tensor.shape) {
      let floats = real.bytes(of: part, compute)
      let (result, loss) = convert(floats, part, decision)
      try emit(result.bytes)
      total.overflowed += loss.overflowed
      total.underflowed += loss.underflowed
    }
    return total
  }

  /// The scales of a quantized weight of `type` as they are stored: [out, 1], of the same type as the weight was.
  public func scaleTensor(_ scales: [Float], type: DataType) -> Tensor {
    let column = Shape([scales.count, 1])
    return type.isHalf ? half(scales, type).reshaped(column) : Tensor(column, scales)
  }

  /// Numbers rounded to a 16-bit type.
  func half(_ numbers: [Float], _ type: DataType) -> Tensor {
    convert(Tensor([numbers.count], numbers).bytes, count: numbers.count, to: type).result
  }

  private func convert(
    _ floats: Bytes, _ part: MatrixPart, _ decision: TensorDecision
  ) -> (result: Tensor, loss: NarrowingLoss) {
    let count = part.elements.count
    guard case .quantize(let scales) = decision else {
      return convert(floats, count: count, to: decision.resultType(of: .float32))
    }
    let scale = LinearScale(rowScales: scales, of: part)
    let result = Tensor([count], of: Int8.self) { compute.quantize(bytes: floats.span, scale, into: &$0) }
    return (result, NarrowingLoss())
  }

  private func convert(
    _ floats: Bytes, count: Int, to type: DataType
  ) -> (result: Tensor, loss: NarrowingLoss) {
    var loss = NarrowingLoss()
    let result =
      type == .float16
      ? Tensor([count], of: Half.self) { loss = compute.convert(bytes: floats.span, of: Float.self, into: &$0) }
      : Tensor([count], of: BFloat16.self) { loss = compute.convert(bytes: floats.span, of: Float.self, into: &$0) }
    return (result, loss)
  }
}
