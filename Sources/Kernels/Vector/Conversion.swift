internal import CKernels
public import Tensors

/// What a conversion to a narrower floating-point type lost beyond rounding. NaN and infinities never count.
public struct NarrowingLoss: Hashable, Sendable {
  /// Finite numbers that became infinite.
  public var overflowed: Int
  /// Numbers other than zero that became zero.
  public var underflowed: Int

  public init(overflowed: Int = 0, underflowed: Int = 0) {
    self.overflowed = overflowed
    self.underflowed = underflowed
  }
}

/// Conversions between floating-point types. Rounding is to nearest, ties to even; denormals are kept; a NaN becomes
/// a quiet NaN. Every tier gives the same bits. Input and output must have equally many elements.
///
/// The variants on bytes read little-endian elements at any address, such as those of a mapped file.
extension Compute {
  /// Rounds float32 to float16.
  @discardableResult
  public func convert(_ input: Span<Float>, into output: inout MutableSpan<Half>) -> NarrowingLoss {
    unsafe convert(bytes: input.bytes, of: Float.self, into: &output)
  }

  /// Rounds float32 to bfloat16.
  @discardableResult
  public func convert(_ input: Span<Float>, into output: inout MutableSpan<BFloat16>) -> NarrowingLoss {
    unsafe convert(bytes: input.bytes, of: Float.self, into: &output)
  }

  /// Widens float16 to float32, exactly.
  public func convert(_ input: Span<Half>, into output: inout MutableSpan<Float>) {
    unsafe convert(bytes: input.bytes, of: Half.self, into: &output)
  }

  /// Widens bfloat16 to float32, exactly.
  public func convert(_ input: Span<BFloat16>, into output: inout MutableSpan<Float>) {
    unsafe convert(bytes: input.bytes, of: BFloat16.self, into: &output)
  }

  /// Rounds float32 in `bytes` to float16.
  @discardableResult
  public func convert(
    bytes: RawSpan, of: Float.Type, into output: inout MutableSpan<Half>
  ) -> NarrowingLoss {
    unsafe narrow(bytes, into: &output) { tier, input, output, count, loss in
      unsafe ck_narrow_to_f16(tier, input, output, count, loss)
    }
  }

  /// Rounds float32 in `bytes` to bfloat16.
  @discardableResult
  public func convert(
    bytes: RawSpan, of: Float.Type, into output: inout MutableSpan<BFloat16>
  ) -> NarrowingLoss {
    unsafe narrow(bytes, into: &output) { tier, input, output, count, loss in
      unsafe ck_narrow_to_bf16(tier, input, output, count, loss)
    }
  }

  /// Widens float16 in `bytes` to float32, exactly.
  public func convert(bytes: RawSpan, of: Half.Type, into output: inout MutableSpan<Float>) {
    precondition(bytes.byteCount == output.count * 2, "\(bytes.byteCount) bytes into \(output.count) elements")
    unsafe forEachChunk(of: output.count, from: bytes, into: &output) { input, output, range in
      unsafe ck_widen_f16(
        tier.identifier, input + range.lowerBound * 2, output + range.lowerBound * 4, range.count)
    }
  }

  /// Widens bfloat16 in `bytes` to float32, exactly.
  public func convert(bytes: RawSpan, of: BFloat16.Type, into output: inout MutableSpan<Float>) {
    precondition(bytes.byteCount == output.count * 2, "\(bytes.byteCount) bytes into \(output.count) elements")
    unsafe forEachChunk(of: output.count, from: bytes, into: &output) { input, output, range in
      unsafe ck_widen_bf16(
        tier.identifier, input + range.lowerBound * 2, output + range.lowerBound * 4, range.count)
    }
  }

  /// Writes the nearest number that float16 has, as float32: what narrowing to `Half` and widening again give.
  public func round(_ input: Span<Float>, to: Half.Type, into output: inout MutableSpan<Float>) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    unsafe forEachChunk(of: output.count, from: input.bytes, into: &output) { input, output, range in
      unsafe ck_round_to_f16(
        tier.identifier, input + range.lowerBound * 4, output + range.lowerBound * 4, range.count)
    }
  }

  /// Writes the nearest number that bfloat16 has, as float32: what narrowing to `BFloat16` and widening again give.
  public func round(_ input: Span<Float>, to: BFloat16.Type, into output: inout MutableSpan<Float>) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    unsafe forEachChunk(of: output.count, from: input.bytes, into: &output) { input, output, range in
      unsafe ck_round_to_bf16(
        tier.identifier, input + range.lowerBound * 4, output + range.lowerBound * 4, range.count)
    }
  }

  /// Cuts numbers off toward zero. What does not fit, NaN included, gives the least integer of 32 bits, of 64 where
  /// `Element` has as many, and of it the lowest bits. `Element` is none of UInt32 and UInt64.
  public func truncate<Element: TensorElement & FixedWidthInteger>(
    _ input: Span<Float>, into output: inout MutableSpan<Element>
  ) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    precondition(Element.isSigned || Element.bitWidth < 32, "no kernel that makes \(Element.dataType)")
    let size = MemoryLayout<Element>.size
    unsafe forEachChunk(of: output.count, from: input.bytes, into: &output) { input, output, range in
      let numbers = unsafe (input + range.lowerBound * 4).assumingMemoryBound(to: Float.self)
      unsafe ck_truncate(size, numbers, output + range.lowerBound * size, range.count)
    }
  }

  private typealias NarrowingKernel =
    @Sendable (
      ck_tier, UnsafeRawPointer, UnsafeMutableRawPointer, Int, UnsafeMutablePointer<ck_narrowing_loss>
    ) -> Void

  private func narrow<Element: BitwiseCopyable>(
    _ bytes: RawSpan, into output: inout MutableSpan<Element>, with kernel: NarrowingKernel
  ) -> NarrowingLoss {
    precondition(bytes.byteCount == output.count * 4, "\(bytes.byteCount) bytes into \(output.count) elements")
    let count = output.count
    let losses = unsafe bytes.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        nonisolated(unsafe) let addresses = (source.baseAddress, target.baseAddress)
        return mapChunks(of: count) { range in
          var loss = ck_narrowing_loss()
          unsafe kernel(
            tier.identifier, addresses.0! + range.lowerBound * 4, addresses.1! + range.lowerBound * 2, range.count,
            &loss)
          return loss
        }
      }
    }
    return losses.reduce(into: NarrowingLoss()) { total, loss in
      total.overflowed += Int(loss.overflowed)
      total.underflowed += Int(loss.underflowed)
    }
  }
}
