import Tensors

/// A type that holds every value of some element types, and from which each element type can be made.
protocol CastCarrier {
  func cast<Element: CastElement>(to: Element.Type) -> Element
}

/// An element type that Cast converts from and to without a detour.
protocol CastElement: TensorElement {
  associatedtype Carrier: CastCarrier
  var carrier: Carrier { get }
  init(casting value: Float)
  init(casting value: Double)
  init(casting value: Int64)
  init(casting value: UInt64)
}

extension Float: CastCarrier {
  func cast<Element: CastElement>(to: Element.Type) -> Element { Element(casting: self) }
}
extension Double: CastCarrier {
  func cast<Element: CastElement>(to: Element.Type) -> Element { Element(casting: self) }
}
extension Int64: CastCarrier {
  func cast<Element: CastElement>(to: Element.Type) -> Element { Element(casting: self) }
}
extension UInt64: CastCarrier {
  func cast<Element: CastElement>(to: Element.Type) -> Element { Element(casting: self) }
}

// MARK: - Floating point

extension Float: CastElement {
  var carrier: Float { self }
  init(casting value: Float) { self = value }
  init(casting value: Double) { self.init(value) }
  init(casting value: Int64) { self.init(value) }
  init(casting value: UInt64) { self.init(value) }
}

extension Double: CastElement {
  var carrier: Double { self }
  init(casting value: Float) { self.init(value) }
  init(casting value: Double) { self = value }
  init(casting value: Int64) { self.init(value) }
  init(casting value: UInt64) { self.init(value) }
}

// MARK: - Truth values

extension Boolean: CastElement {
  var carrier: Int64 { value ? 1 : 0 }
  init(casting value: Float) { self.init(value != 0) }
  init(casting value: Double) { self.init(value != 0) }
  init(casting value: Int64) { self.init(value != 0) }
  init(casting value: UInt64) { self.init(value != 0) }
}

// MARK: - Integers

/// An integer wraps around to fewer bits. A real number is cut off toward zero; one that does not fit gives what the
/// conversion instructions of x86 give, as it does in ONNX Runtime.
extension CastElement where Self: FixedWidthInteger {
  init(casting value: Float) { self.init(cuttingOff: value) }
  init(casting value: Double) { self.init(cuttingOff: value) }
  init(casting value: Int64) { self.init(truncatingIfNeeded: value) }
  init(casting value: UInt64) { self.init(truncatingIfNeeded: value) }

  private init<Real: BinaryFloatingPoint>(cuttingOff value: Real) {
    let narrow = Self.bitWidth < 32 || (Self.bitWidth == 32 && Self.isSigned)
    if narrow {
      self.init(truncatingIfNeeded: Int32(orLeast: value))
    } else if Self.isSigned || Self.bitWidth == 32 || !(value >= 0x1p63) {
      self.init(truncatingIfNeeded: Int64(orLeast: value))
    } else {
      self.init(truncatingIfNeeded: Int64(orLeast: value - 0x1p63) ^ .min)
    }
  }
}

extension FixedWidthInteger where Self: SignedInteger {
  /// A real number cut off toward zero, or the least integer where that does not fit.
  fileprivate init<Real: BinaryFloatingPoint>(orLeast value: Real) {
    let bound = Real(sign: .plus, exponent: Real.Exponent(Self.bitWidth - 1), significand: 1)
    self = value > -bound - 1 && value < bound ? Self(value) : .min
  }
}

extension Int8: CastElement { var carrier: Int64 { Int64(self) } }
extension Int16: CastElement { var carrier: Int64 { Int64(self) } }
extension Int32: CastElement { var carrier: Int64 { Int64(self) } }
extension Int64: CastElement { var carrier: Int64 { self } }
extension UInt8: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt16: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt32: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt64: CastElement { var carrier: UInt64 { self } }
