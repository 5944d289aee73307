import Kernels
import Tensors

extension Tensor {
  /// This tensor with its elements converted as Cast converts them. The two-byte floating-point types are reached by
  /// way of float32, as in ONNX Runtime.
  func cast(to target: DataType, _ compute: Compute) throws(OperatorError) -> Tensor {
    if target == type { return self }
    let source = aligned()
    switch type {
    case .float32:
      if let integers = source.truncated(to: target, compute) { return integers }
      return try source.cast(Float.self, to: target, compute)
    case .float64: return try source.cast(Double.self, to: target, compute)
    case .float16, .bfloat16: return try source.widened(with: compute).cast(to: target, compute)
    case .bool: return try source.cast(Boolean.self, to: target, compute)
    case .int8: return try source.cast(Int8.self, to: target, compute)
    case .int16: return try source.cast(Int16.self, to: target, compute)
    case .int32: return try source.cast(Int32.self, to: target, compute)
    case .int64: return try source.cast(Int64.self, to: target, compute)
    case .uint8: return try source.cast(UInt8.self, to: target, compute)
    case .uint16: return try source.cast(UInt16.self, to: target, compute)
    case .uint32: return try source.cast(UInt32.self, to: target, compute)
    case .uint64: return try source.cast(UInt64.self, to: target, compute)
    case .int4, .uint4: return try Tensor(shape, int32Elements ?? []).cast(to: target, compute)
    default: throw .unsupported("a cast from \(type) to \(target) is not supported")
    }
  }

  /// A float32 tensor cut off to integers, where a kernel does that.
  private func truncated(to target: DataType, _ compute: Compute) -> Tensor? {
    switch target {
    case .int8: truncated(Int8.self, compute)
    case .int16: truncated(Int16.self, compute)
    case .int32: truncated(Int32.self, compute)
    case .int64: truncated(Int64.self, compute)
    case .uint8: truncated(UInt8.self, compute)
    case .uint16: truncated(UInt16.self, compute)
    default: nil
    }
  }

  private func truncated<Target: TensorElement & FixedWidthInteger>(_: Target.Type, _ compute: Compute) -> Tensor {
    Tensor(shape, of: Target.self) { compute.truncate(span(of: Float.self), into: &$0) }
  }

  private func cast<Source: CastElement>(
    _ source: Source.Type, to target: DataType, _ compute: Compute
  ) throws(OperatorError) -> Tensor {
    switch target {
    case .float32: return cast(source, Float.self)
    case .float64: return cast(source, Double.self)
    case .float16:
      let numbers = cast(source, Float.self)
      return Tensor(shape, of: Half.self) { compute.convert(numbers.span(of: Float.self), into: &$0) }
    case .bfloat16:
      let numbers = cast(source, Float.self)
      return Tensor(shape, of: BFloat16.self) { compute.convert(numbers.span(of: Float.self), into: &$0) }
    case .bool: return cast(source, Boolean.self)
    case .int8: return cast(source, Int8.self)
    case .int16: return cast(source, Int16.self)
    case .int32: return cast(source, Int32.self)
    case .int64: return cast(source, Int64.self)
    case .uint8: return cast(source, UInt8.self)
    case .uint16: return cast(source, UInt16.self)
    case .uint32: return cast(source, UInt32.self)
    case .uint64: return cast(source, UInt64.self)
    default: throw .unsupported("a cast from \(type) to \(target) is not supported")
    }
  }

  /// A tensor of two-byte floating-point numbers as float32.
  private func widened(with compute: Compute) -> Tensor {
    Tensor(shape, of: Float.self) { output in
      if type == .float16 {
        compute.convert(span(of: Half.self), into: &output)
      } else {
        compute.convert(span(of: BFloat16.self), into: &output)
      }
    }
  }

  private func cast<Source: CastElement, Target: CastElement>(_: Source.Type, _: Target.Type) -> Tensor {
    if Source.dataType == Target.dataType { return self }
    return Tensor(shape, of: Target.self) { output in
      let input = span(of: Source.self)
      for index in 0..<input.count { output[index] = input[index].carrier.cast(to: Target.self) }
    }
  }
}
