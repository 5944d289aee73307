public import Tensors

internal import CKernels

/// A type of integer activations: `UInt8` or `Int8`.
///
/// Kernels multiply unsigned activations by signed weights. Signed activations become unsigned by adding 128 to them
/// and to their zero point, which changes no result.
public protocol QuantizedByte: Int8ProductElement, FixedWidthInteger {
  /// What a byte is XORed with to become unsigned: 0x80 for a signed one.
  static var unsignedFlip: UInt8 { get }
}

/// A type of results of integer products: quantized again, dequantized, or the sums themselves.
public protocol Int8ProductElement: TensorElement {
  /// The kernels' number for the type.
  static var outputCode: Int32 { get }
}

extension UInt8: QuantizedByte {
  public static var unsignedFlip: UInt8 { 0 }
  public static var outputCode: Int32 { Int32(CK_OUTPUT_U8.rawValue) }
}

extension Int8: QuantizedByte {
  public static var unsignedFlip: UInt8 { 0x80 }
  public static var outputCode: Int32 { Int32(CK_OUTPUT_S8.rawValue) }
}

extension Float: Int8ProductElement {
  public static var outputCode: Int32 { Int32(CK_OUTPUT_F32.rawValue) }
}

extension Int32: Int8ProductElement {
  public static var outputCode: Int32 { Int32(CK_OUTPUT_I32.rawValue) }
}
