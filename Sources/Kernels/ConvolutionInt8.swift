internal import CKernels

extension Compute {
  /// The convolution of a geometry that is planned on the spot.
  public func convolveInt8<Byte: QuantizedByte, Output>(
    _ input: Span<Byte>, _ geometry: ConvolutionGeometry, zeroPoint: Int32, by weights: PackedInt8Convolution,
    epilogue: Int8Epilogue<Output>, into output: inout MutableSpan<Output>
  ) {
    convolveInt8(
      input, plan(geometry, for: weights), zeroPoint: zeroPoint, by: weights, epilogue: epilogue, into: &output)
  }

  /// Writes the convolution of quantized activations with quantized weights to `output`. Every tier gives the same bits.
  ///
  /// This is the cross-correlation that ONNX calls QLinearConv and ConvInteger; padding is the zero point.
  ///
  /// - Parameters:
  ///   - input: [batch][height][width][input channel].
  ///   - plan: All sizes.
  ///   - zeroPoint: The zero point of the activations, a value of their type.
  ///   - epilogue: What becomes of the sums, its columns being output channels.
  ///   - output: [batch][output height][output width][output channel].
  @specialized(where Byte == UInt8, Output == UInt8)
  @specialized(where Byte == UInt8, Output == Int32)
  @specialized(where Byte == Int8, Output == Int8)
  @specialized(where Byte == Int8, Output == Int32)
  public func convolveInt8<Byte: QuantizedByte, Output>(
    _ input: Span<Byte>, _ plan: ConvolutionPlan, zeroPoint: Int32, by weights: PackedInt8Convolution,
    epilogue: Int8Epilogue<Output>, into output: inout MutableSpan<Output>
  ) {
    plan.check(inputs: input.count, outputs: output.count, weights: weights.geometry)
    if case .function = epilogue.activation { preconditionFailure("a function of an integer convolution") }
    guard plan.outputCount > 0 else { return }
    let geometry = plan.placed
    let job = unsafe Int8Convolution(
      input: UnsafeRawPointer(input.address)?.assumingMemoryBound(to: UInt8.self), plan: plan,
      fill: UInt8(truncatingIfNeeded: Byte(zeroPoint)), flip: Byte.unsignedFlip,
      zeroPoint: Byte.unsignedZeroPoint(zeroPoint))
    let target = unsafe output.mutableAddress!
    switch weights.storage {
    case .bytes(let bytes) where plan.isPointwise:
      unsafe productInt8(
        job.input, flip: job.flip, rows: geometry.outputPixels, stride: geometry.inputChannels,
        zeroPoint: job.zeroPoint, by: bytes, epilogue: epilogue, into: target, stride: geometry.outputChannels)
    case .bytes(let bytes):
      unsafe produce(
        epilogue, of: bytes, zeroPoint: job.zeroPoint, rows: geometry.outputPixels, into: target,
        stride: geometry.outputChannels
      ) { output in unsafe convolveDense(job, bytes, output) }
    case .depthwise(let taps):
      let columns = epilogue.columns(for: taps, zeroPoint: job.zeroPoint)
      unsafe withOutput(epilogue, columns, into: target, stride: geometry.outputChannels) { output in
        unsafe withRepeatedChannels(job.input, plan) { input in
          unsafe convolveDepthwise(job.with(input), taps, output)
        }
      }
    }
  }

  @unsafe private func convolveDense(_ job: Int8Convolution, _ weights: PackedBytes, _ output: ck_int8_output) {
    nonisolated(unsafe) let family = unsafe ck_gemm_u8s8_for(tier.identifier)!
    nonisolated(unsafe) let output = unsafe output
    let plan = job.plan
    run(chunks: plan.partition.count, work: plan.work) { chunk in
      unsafe weights.columnSums.withUnsafeBufferPointer { columnSums in
        var gemm = unsafe ck_gemm_u8s8()
        unsafe gemm.a_flip = job.flip
        unsafe gemm.run_count = weights.runCount
        unsafe gemm.run_length = weights.depth / weights.runCount
        unsafe gemm.panels = UnsafePointer(weights.memory.elements())
        unsafe gemm.column_sums = columnSums.baseAddress
        unsafe gemm.columns = weights.packedColumns
        unsafe gemm.output = output
        unsafe withUnsafePointer(to: plan.shape) { shape in
          plan.partition.forEachBlock(ofChunk: chunk) { block in
            unsafe ck_convolution_u8s8_run(family, shape, job.input, job.fill, &gemm, block)
          }
        }
      }
    }
  }

  @unsafe private func convolveDepthwise(
    _ job: Int8Convolution, _ weights: DepthwiseBytes, _ output: ck_int8_output
  ) {
    nonisolated(unsafe) let family = unsafe ck_depthwise_u8_for(tier.identifier)!
    nonisolated(unsafe) let output = unsafe output
    let plan = job.plan
    let geometry = plan.placed
    run(chunks: plan.partition.count, work: plan.work) { chunk in
      var depthwise = unsafe ck_depthwise_u8()
      unsafe depthwise.channels = geometry.inputChannels
      unsafe depthwise.kernel_height = geometry.kernelRows
      unsafe depthwise.kernel_width = geometry.kernel.width
      unsafe depthwise.input_stride = geometry.inputChannels
      unsafe depthwise.window_stride = geometry.strides.width * geometry.inputChannels
      unsafe depthwise.tap_stride = geometry.dilations.width * geometry.inputChannels
      unsafe depthwise.weights = UnsafePointer(weights.memory.elements())
      unsafe depthwise.output = output
      unsafe withUnsafePointer(to: plan.shape) { shape in
        plan.partition.forEachBlock(ofChunk: chunk) { block in
          unsafe ck_convolution_depthwise_u8_run(family, shape, job.input, job.fill, job.flip, &depthwise, block)
        }
      }
    }
  }
}

/// The left side of an integer convolution. Only used while the caller's span lives.
@safe private struct Int8Convolution: @unchecked Sendable {
  var input: UnsafePointer<UInt8>?
  let plan: ConvolutionPlan
  /// A byte of padding, as the input has it.
  let fill: UInt8
  /// What turns the input's bytes into unsigned ones, and the zero point that they then have.
  let flip: UInt8
  let zeroPoint: Int32

  /// The same with another place for its elements.
  @unsafe func with(_ input: UnsafePointer<UInt8>?) -> Int8Convolution {
    var other = self
    unsafe other.input = input
    return other
  }
}
