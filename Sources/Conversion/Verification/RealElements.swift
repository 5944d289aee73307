#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Tensors

extension Tensor {
  /// The elements as real numbers, of any numeric type; 0 and 1 for booleans. Empty for types without a number.
  func doubles() -> [Double] {
    switch type {
    case .float32: array(of: Float.self).map { Double($0) }
    case .float64: array(of: Double.self)
    case .float16: array(of: Half.self).map { Double(Float(half: $0.bits)) }
    case .bfloat16: array(of: BFloat16.self).map { Double(Float(bitPattern: UInt32($0.bits) << 16)) }
    case .uint8: array(of: UInt8.self).map { Double($0) }
    case .int8: array(of: Int8.self).map { Double($0) }
    case .uint16: array(of: UInt16.self).map { Double($0) }
    case .int16: array(of: Int16.self).map { Double($0) }
    case .uint32: array(of: UInt32.self).map { Double($0) }
    case .int32: array(of: Int32.self).map { Double($0) }
    case .uint64: array(of: UInt64.self).map { Double($0) }
    case .int64: array(of: Int64.self).map { Double($0) }
    case .bool: array(of: Boolean.self).map { $0.value ? 1 : 0 }
    default: []
    }
  }
}

extension Float {
  /// The value of an IEEE 754 binary16 bit pattern.
  init(half bits: UInt16) {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: self = sign * fraction * 0x1p-24
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default: self = sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}

extension Double {
  var logarithm10: Double { log10(self) }
}
