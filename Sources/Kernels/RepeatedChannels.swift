internal import CKernels

/// Data of a depthwise convolution whose channels have several outputs each: every channel is repeated for each of them.
extension Compute {
  /// Calls `body` with the input as the kernels take it, valid during the call.
  @unsafe func withRepeatedChannels(
    _ input: UnsafePointer<Float>?, _ plan: ConvolutionPlan, _ body: (UnsafePointer<Float>?) -> Void
  ) {
    unsafe withRepeated(input, plan, repeating: ck_repeat_f32, body)
  }

  /// The same for bytes.
  @unsafe func withRepeatedChannels(
    _ input: UnsafePointer<UInt8>?, _ plan: ConvolutionPlan, _ body: (UnsafePointer<UInt8>?) -> Void
  ) {
    unsafe withRepeated(input, plan, repeating: ck_repeat_u8, body)
  }

  @unsafe private func withRepeated<Element: BitwiseCopyable>(
    _ input: UnsafePointer<Element>?, _ plan: ConvolutionPlan,
    repeating: @Sendable (UnsafePointer<Element>?, Int, Int, UnsafeMutablePointer<Element>?) -> Void,
    _ body: (UnsafePointer<Element>?) -> Void
  ) {
    let times = plan.geometry.outputsPerChannel
    guard times > 1, plan.inputCount > 0 else { return unsafe body(input) }
    let count = plan.inputCount
    let memory = AlignedMemory(byteCount: count * times * MemoryLayout<Element>.stride)
    nonisolated(unsafe) let (source, target) = unsafe (input!, memory.elements(of: Element.self))
    run(chunks: parts(of: count, size: Self.elementsAtOnce), work: count * times) { chunk in
      let first = chunk * Self.elementsAtOnce
      unsafe repeating(source + first, min(Self.elementsAtOnce, count - first), times, target + first * times)
    }
    unsafe body(UnsafePointer(target))
  }

  private static let elementsAtOnce = 16_384
}
