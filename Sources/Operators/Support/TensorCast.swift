import Tensors

extension Tensor {
  /// This tensor with its elements converted as Cast converts them.
  func cast(to target: DataType) throws(OperatorError) -> Tensor {
    if target == type { return self }
    let source = aligned()
    switch type {
    case .float32: return try source.cast(Float.self, to: target)
    case .float64: return try source.cast(Double.self, to: target)
    case .float16: return try source.cast(Half.self, to: target)
    case .bfloat16: return try source.cast(BFloat16.self, to: target)
    case .bool: return try source.cast(Boolean.self, to: target)
    case .int8: return try source.cast(Int8.self, to: target)
    case .int16: return try source.cast(Int16.self, to: target)
    case .int32: return try source.cast(Int32.self, to: target)
    case .int64: return try source.cast(Int64.self, to: target)
    case .uint8: return try source.cast(UInt8.self, to: target)
    case .uint16: return try source.cast(UInt16.self, to: target)
    case .uint32: return try source.cast(UInt32.self, to: target)
    case .uint64: return try source.cast(UInt64.self, to: target)
    default: throw .unsupported("a cast from \(type) to \(target) is not supported")
    }
  }

  private func cast<Source: CastElement>(
    _ source: Source.Type, to target: DataType
  ) throws(OperatorError) -> Tensor {
    switch target {
    case .float32: return cast(source, Float.self)
    case .float64: return cast(source, Double.self)
    case .float16: return cast(source, Half.self)
    case .bfloat16: return cast(source, BFloat16.self)
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

  private func cast<Source: CastElement, Target: CastElement>(_: Source.Type, _: Target.Type) -> Tensor {
    Tensor(shape, of: Target.self) { output in
      let input = span(of: Source.self)
      for index in 0..<input.count { output[index] = input[index].carrier.cast(to: Target.self) }
    }
  }
}
