import Tensors

extension Tensor {
  /// This tensor, as float32 where it holds two-byte floating-point numbers.
  ///
  /// At run time the engine has widened them already; constants come as the file has them.
  var widened: Tensor {
    switch type {
    case .float16: widened { (half: Half) in half.float }
    case .bfloat16: widened { (half: BFloat16) in Float(bitPattern: UInt32(half.bits) << 16) }
    default: aligned()
    }
  }

  private func widened<Element: TensorElement>(_ convert: (Element) -> Float) -> Tensor {
    let source = aligned()
    let elements = source.span(of: Element.self)
    return Tensor(shape, of: Float.self) { target in
      for index in elements.indices { target[index] = convert(elements[index]) }
    }
  }

  /// The elements of an integer tensor of up to 32 bits; nil for any other type.
  var int32Elements: [Int32]? {
    switch type {
    case .uint8: array(of: UInt8.self).map { Int32($0) }
    case .int8: array(of: Int8.self).map { Int32($0) }
    case .uint16: array(of: UInt16.self).map { Int32($0) }
    case .int16: array(of: Int16.self).map { Int32($0) }
    case .int32: array(of: Int32.self)
    case .uint4: nibbles { Int32($0) }
    case .int4: nibbles { Int32(Int8(bitPattern: $0 << 4) >> 4) }
    default: nil
    }
  }

  /// The elements of a tensor packed two to a byte, the first one in the low half.
  private func nibbles(_ convert: (UInt8) -> Int32) -> [Int32] {
    let packed = Tensor([bytes.count], type: .uint8, bytes: bytes)?.array(of: UInt8.self) ?? []
    return (0..<count).map { convert($0 % 2 == 0 ? packed[$0 / 2] & 15 : packed[$0 / 2] >> 4) }
  }
}

extension Half {
  /// The value, exactly.
  fileprivate var float: Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // Rebiasing the exponent is a multiplication by 2^112, which normalises subnormal numbers as well.
    let rebiased = Float(bitPattern: magnitude) * Float(sign: .plus, exponent: 112, significand: 1)
    let isFinite = bits & 0x7C00 != 0x7C00
    return Float(bitPattern: (isFinite ? rebiased.bitPattern : magnitude | 0x7F80_0000) | sign)
  }
}
