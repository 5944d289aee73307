internal import CKernels

/// One spatial axis of pooling: output o takes the inputs o · stride − padBegin + t · dilation for 0 ≤ t < kernel, as
/// far as they exist.
public struct PoolingAxis: Sendable, Hashable {
  public var input: Int
  public var output: Int
  public var kernel: Int
  public var stride: Int
  public var dilation: Int
  public var padBegin: Int
  public var padEnd: Int

  public init(
    input: Int, output: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, padBegin: Int = 0, padEnd: Int = 0
  ) {
    precondition(input >= 0 && output >= 0 && kernel > 0 && stride > 0 && dilation > 0, "no pooling axis")
    precondition(padBegin >= 0 && padEnd >= 0, "negative padding")
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
    self.padEnd = padEnd
  }

  /// An axis that is pooled as a whole.
  public init(whole input: Int) { self.init(input: input, output: 1, kernel: max(input, 1)) }

  fileprivate var c: ck_pool_axis {
    ck_pool_axis(
      input: input, output: output, kernel: kernel, stride: stride, dilation: dilation, pad_begin: padBegin,
      pad_end: padEnd)
  }
}

/// Pooling of arrays [batch][spatial axes][channels] (NHWC and its like with one or three axes).
public struct PoolingShape: Sendable, Hashable {
  public let batch: Int
  public let axes: [PoolingAxis]
  public let channels: Int
  /// Whether an average counts padding as zeros. What lies beyond the padding is never counted.
  public let countsPadding: Bool

  /// - Parameter axes: one to three axes, outermost first.
  public init(batch: Int, axes: [PoolingAxis], channels: Int, countsPadding: Bool = false) {
    precondition((1...3).contains(axes.count) && batch >= 0 && channels >= 0, "pooling over \(axes.count) axes")
    self.batch = batch
    self.axes = axes
    self.channels = channels
    self.countsPadding = countsPadding
    inputCount = axes.reduce(batch * channels) { $0 * $1.input }
    outputCount = axes.reduce(batch * channels) { $0 * $1.output }
  }

  /// The number of elements of the input.
  public let inputCount: Int
  /// The number of elements of the output.
  public let outputCount: Int

  fileprivate var c: ck_pool_shape {
    ck_pool_shape(axes: (axis(0), axis(1), axis(2)), channels: channels, counts_padding: countsPadding ? 1 : 0)
  }

  /// One of three axes, the outer ones of which are there to make up the number.
  private func axis(_ index: Int) -> ck_pool_axis {
    let first = 3 - axes.count
    return index < first ? PoolingAxis(whole: 1).c : axes[index - first].c
  }
}

/// Pooling kernels. Results depend neither on the tier nor on the number of threads.
extension Compute {
  /// The largest number of each window; NaN if any is, −infinity of none.
  public func poolMaximum(_ input: Span<Float>, _ shape: PoolingShape, into output: inout MutableSpan<Float>) {
    unsafe pool(input, shape, into: &output) { shape, input, output, rows in
      unsafe ck_max_pool_f32(
        tier.identifier, shape, input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: Float.self),
        rows.lowerBound, rows.upperBound)
    }
  }

  /// The largest element of each window; the type's smallest of none. `Element` is `UInt8` or `Int8`.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func poolMaximum<Element: QuantizedElement>(
    _ input: Span<Element>, _ shape: PoolingShape, into output: inout MutableSpan<Element>
  ) {
    precondition(MemoryLayout<Element>.size == 1, "quantized pooling of \(Element.self)")
    let type = integerType(of: Element.self)
    unsafe pool(input, shape, into: &output) { shape, input, output, rows in
      unsafe ck_max_pool_8(tier.identifier, type, shape, input, output, rows.lowerBound, rows.upperBound)
    }
  }

  /// The mean of each window: the sum in float32, in order, divided by how many numbers count; NaN of none.
  public func poolAverage(_ input: Span<Float>, _ shape: PoolingShape, into output: inout MutableSpan<Float>) {
    unsafe pool(input, shape, into: &output) { shape, input, output, rows in
      unsafe ck_average_pool_f32(
        tier.identifier, shape, input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: Float.self),
        rows.lowerBound, rows.upperBound)
    }
  }

  /// q = saturate(roundHalfEven(Σ(x − zeroPoint) · (inputScale / (outputScale · count))) + outputZeroPoint): the sum
  /// exact, the factor and the product in float32. Padding that counts does so as real zero.
  ///
  /// `Element` is `UInt8` or `Int8`. A window has at most 2²² elements.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func poolAverage<Element: QuantizedElement>(
    _ input: Span<Element>, _ inputScale: TensorScale, _ shape: PoolingShape,
    into output: inout MutableSpan<Element>, _ outputScale: TensorScale
  ) {
    precondition(MemoryLayout<Element>.size == 1, "quantized pooling of \(Element.self)")
    precondition(shape.axes.reduce(1) { $0 * $1.kernel } <= 1 << 22, "a window too large to be summed in 32 bits")
    let type = integerType(of: Element.self)
    unsafe pool(input, shape, into: &output) { shape, input, output, rows in
      unsafe ck_average_pool_8(
        tier.identifier, type, shape, input, inputScale.linear, output, outputScale.linear, rows.lowerBound,
        rows.upperBound)
    }
  }

  /// q = saturate(roundHalfEven(mean / outputScale + outputZeroPoint)), the mean being that of the window's real numbers
  /// (x − zeroPoint) · inputScale, all in float32, as `poolAverage` takes it; the smallest value of none.
  ///
  /// `Element` is `UInt8` or `Int8`.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func poolRealAverage<Element: QuantizedElement>(
    _ input: Span<Element>, _ inputScale: TensorScale, _ shape: PoolingShape,
    into output: inout MutableSpan<Element>, _ outputScale: TensorScale
  ) {
    precondition(MemoryLayout<Element>.size == 1, "quantized pooling of \(Element.self)")
    let type = integerType(of: Element.self)
    unsafe pool(input, shape, into: &output) { shape, input, output, rows in
      unsafe ck_average_pool_real_8(
        tier.identifier, type, shape, input, inputScale.linear, output, outputScale.linear, rows.lowerBound,
        rows.upperBound)
    }
  }

  private func pool<Element: BitwiseCopyable>(
    _ input: Span<Element>, _ shape: PoolingShape, into output: inout MutableSpan<Element>,
    _ kernel: @Sendable (UnsafePointer<ck_pool_shape>, UnsafeRawPointer, UnsafeMutableRawPointer, Range<Int>) -> Void
  ) {
    precondition(input.count == shape.inputCount, "\(input.count) elements for \(shape)")
    precondition(output.count == shape.outputCount, "\(output.count) elements for \(shape)")
    guard output.count > 0 else { return }
    precondition(input.count > 0, "pooling of an empty array")
    let width = shape.axes.last!.output * shape.channels
    let window = shape.axes.reduce(1) { $0 * $1.kernel }
    let layout = shape.c
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        nonisolated(unsafe) let bases = (input.baseAddress!, output.baseAddress!)
        forEachRowChunk(of: shape.outputCount / width, elements: width * window) { rows in
          unsafe withUnsafePointer(to: layout) { layout in unsafe kernel(layout, bases.0, bases.1, rows) }
        }
      }
    }
  }
}
