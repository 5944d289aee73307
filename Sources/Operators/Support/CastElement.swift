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
  init(casting value: Float) {
    if Self.isCutFromInt32 {
      self.init(truncatingIfNeeded: value.int32OrLeast)
    } else if Self.isSigned || Self.bitWidth == 32 || !(value >= 0x1p63) {
      self.init(truncatingIfNeeded: value.int64OrLeast)
    } else {
      self.init(truncatingIfNeeded: (value - 0x1p63).int64OrLeast ^ .min)
    }
  }

  init(casting value: Double) {
    if Self.isCutFromInt32 {
      self.init(truncatingIfNeeded: value.int32OrLeast)
    } else if Self.isSigned || Self.bitWidth == 32 || !(value >= 0x1p63) {
      self.init(truncatingIfNeeded: value.int64OrLeast)
    } else {
      self.init(truncatingIfNeeded: (value - 0x1p63).int64OrLeast ^ .min)
    }
  }

  init(casting value: Int64) { self.init(truncatingIfNeeded: value) }
  init(casting value: UInt64) { self.init(truncatingIfNeeded: value) }

  /// Whether real numbers come to this type by way of Int32; to the others they come by way of Int64.
  private static var isCutFromInt32: Bool { bitWidth < 32 || (bitWidth == 32 && isSigned) }
}

extension Float {
  /// The number cut off toward zero, or the least integer where that does not fit.
  fileprivate var int32OrLeast: Int32 { self >= -0x1p31 && self < 0x1p31 ? Int32(self) : .min }
  fileprivate var int64OrLeast: Int64 { self >= -0x1p63 && self < 0x1p63 ? Int64(self) : .min }
}

extension Double {
  /// The number cut off toward zero, or the least integer where that does not fit.
  fileprivate var int32OrLeast: Int32 { self > -0x1.00000002p31 && self < 0x1p31 ? Int32(self) : .min }
  fileprivate var int64OrLeast: Int64 { self >= -0x1p63 && self < 0x1p63 ? Int64(self) : .min }
}

extension Int8: CastElement { var carrier: Int64 { Int64(self) } }
extension Int16: CastElement { var carrier: Int64 { Int64(self) } }
extension Int32: CastElement { var carrier: Int64 { Int64(self) } }
extension Int64: CastElement { var carrier: Int64 { self } }
extension UInt8: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt16: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt32: CastElement { var carrier: Int64 { Int64(self) } }
extension UInt64: CastElement { var carrier: UInt64 { self } }
