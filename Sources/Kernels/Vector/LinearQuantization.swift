internal import CKernels
public import Tensors

/// An element of a linearly quantized tensor that float32 can be rounded to: 8 or 16 bits.
public protocol QuantizedElement: TensorElement, FixedWidthInteger {}
extension UInt8: QuantizedElement {}
extension Int8: QuantizedElement {}
extension UInt16: QuantizedElement {}
extension Int16: QuantizedElement {}

/// How the integers of an array stand for real numbers: real = (q − zeroPoint) · scale.
public struct LinearScale: Sendable, Hashable {
  /// One scale per channel.
  public let scales: [Float]
  /// One zero point per channel.
  public let zeroPoints: [Int32]
  /// The number of consecutive elements of one channel: the product of the dimensions after the channel axis.
  let inner: Int

  /// One scale for a whole array.
  public init(_ scale: Float, zeroPoint: Int32 = 0) {
    self.init(scales: [scale], zeroPoints: [zeroPoint], inner: 1)
  }

  /// One scale for each channel of an array [outer][channels][inner].
  public init(scales: [Float], zeroPoints: [Int32], inner: Int) {
    precondition(!scales.isEmpty && scales.count == zeroPoints.count && inner >= 0, "scales do not fit zero points")
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.inner = inner
  }
}

/// Linear quantization. Every tier gives the same bits.
extension Compute {
  /// y = saturate(roundHalfEven(x / scale) + zeroPoint), the division being a true float32 division
  /// (ONNX QuantizeLinear). NaN gives the smallest value of the type.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func quantize<Element: QuantizedElement>(
    _ input: Span<Float>, _ scale: LinearScale, into output: inout MutableSpan<Element>
  ) {
    unsafe quantize(bytes: input.bytes, scale, into: &output)
  }

  /// The same on float32 elements at any address, such as those of a mapped file.
  public func quantize<Element: QuantizedElement>(
    bytes: RawSpan, _ scale: LinearScale, into output: inout MutableSpan<Element>
  ) {
    precondition(bytes.byteCount == output.count * 4, "\(bytes.byteCount) bytes into \(output.count) elements")
    let type = integerType(of: Element.self)
    scale.check(count: output.count)
    unsafe forEachChunk(of: output.count, from: bytes, into: &output) { input, output, range in
      unsafe scale.withLayout(of: range.upperBound) { layout in
        unsafe ck_quantize(tier.identifier, type, input, output, range.lowerBound, range.upperBound, layout)
      }
    }
  }

  /// y = (x − zeroPoint) · scale in float32 (ONNX DequantizeLinear), the difference being taken in 32 bits:
  /// for elements of 32 bits the zero points should be 0, as ONNX asks.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  @specialized(where Element == Int32)
  public func dequantize<Element: TensorElement & FixedWidthInteger>(
    _ input: Span<Element>, _ scale: LinearScale, into output: inout MutableSpan<Float>
  ) {
    unsafe dequantize(bytes: input.bytes, of: Element.self, scale, into: &output)
  }

  /// The same on elements of 8, 16 or 32 bits at any address, such as those of a mapped file.
  public func dequantize<Element: TensorElement & FixedWidthInteger>(
    bytes: RawSpan, of: Element.Type, _ scale: LinearScale, into output: inout MutableSpan<Float>
  ) {
    precondition(
      bytes.byteCount == output.count * MemoryLayout<Element>.size,
      "\(bytes.byteCount) bytes into \(output.count) elements")
    let type = integerType(of: Element.self)
    scale.check(count: output.count)
    unsafe forEachChunk(of: output.count, from: bytes, into: &output) { input, output, range in
      unsafe scale.withLayout(of: range.upperBound) { layout in
        unsafe ck_dequantize(tier.identifier, type, input, output, range.lowerBound, range.upperBound, layout)
      }
    }
  }
}

func integerType<Element: TensorElement>(of: Element.Type) -> ck_integer {
  switch Element.dataType {
  case .uint8: CK_UINT8
  case .int8: CK_INT8
  case .uint16: CK_UINT16
  case .int16: CK_INT16
  case .int32: CK_INT32
  default: preconditionFailure("no quantized kernels for \(Element.dataType)")
  }
}

extension LinearScale {
  fileprivate func check(count: Int) {
    precondition(
      scales.count == 1 || count == 0 || (inner > 0 && count % (scales.count * inner) == 0),
      "\(count) elements for \(scales.count) channels of \(inner)")
  }

  /// The C form for an array of `count` elements; a single scale is one channel as long as the array.
  @unsafe fileprivate func withLayout(of count: Int, _ body: (ck_channels) -> Void) {
    let inner = scales.count == 1 ? count : inner
    unsafe scales.withUnsafeBufferPointer { scales in
      unsafe zeroPoints.withUnsafeBufferPointer { zeroPoints in
        unsafe body(
          ck_channels(
            channels: scales.count, inner: inner, scales: scales.baseAddress, zero_points: zeroPoints.baseAddress))
      }
    }
  }
}
