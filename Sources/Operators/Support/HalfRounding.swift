import Tensors

extension Half {
  /// The nearest half-precision number, halfway cases to the even one; too large a number becomes infinite.
  init(rounding value: Float) {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    let bits: UInt16
    if magnitude > 0x7F80_0000 {
      bits = 0x7E00 | UInt16(truncatingIfNeeded: magnitude >> 13) & 0x03FF
    } else if magnitude >= 0x4780_0000 {
      bits = 0x7C00
    } else if magnitude < 0x3880_0000 {
      // Below 2^−14 the numbers are the multiples of 2^−24.
      bits = UInt16((Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven))
    } else {
      let rounded = magnitude + 0x0FFF + (magnitude >> 13 & 1)
      bits = UInt16(truncatingIfNeeded: (rounded - 0x3800_0000) >> 13)
    }
    self.init(bits: sign | bits)
  }

  /// The same number in single precision.
  var singlePrecision: Float {
    let sign = UInt32(bits & 0x8000) << 16
    let payload = UInt32(bits & 0x7FFF) << 13
    if payload >= 0x0F80_0000 { return Float(bitPattern: sign | payload | 0x7F80_0000) }
    // The product moves the exponent to its new bias, and normalises what was subnormal.
    return Float(bitPattern: sign | (Float(bitPattern: payload) * 0x1p112).bitPattern)
  }
}

extension BFloat16 {
  /// The nearest bfloat16 number, halfway cases to the even one.
  init(rounding value: Float) {
    let bits = value.bitPattern
    let rounded = value.isNaN ? bits | 0x0040_0000 : bits &+ 0x7FFF &+ (bits >> 16 & 1)
    self.init(bits: UInt16(truncatingIfNeeded: rounded >> 16))
  }

  /// The same number in single precision.
  var singlePrecision: Float { Float(bitPattern: UInt32(bits) << 16) }
}
