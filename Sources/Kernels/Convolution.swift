internal import CKernels
import Tensors

extension Compute {
  /// The convolution of a geometry that is planned on the spot.
  public func convolve(
    _ input: Span<Float>, _ geometry: ConvolutionGeometry, by weights: PackedConvolution, bias: Span<Float>? = nil,
    activation: Activation = .none, residual: Span<Float>? = nil, into output: inout MutableSpan<Float>
  ) {
    convolve(
      input, plan(geometry, for: weights), by: weights, bias: bias, activation: activation, residual: residual,
      into: &output)
  }

  /// Writes `activation(convolution of input with weights + bias + residual)` to `output`.
  ///
  /// This is the cross-correlation that ONNX calls Conv, padding with zeros. Special values are as in `gemm`.
  ///
  /// - Parameters:
  ///   - input: [batch][plane][height][width][input channel].
  ///   - plan: All sizes.
  ///   - bias: One value for each output channel.
  ///   - residual: What is added before the activation, laid out as `output`; its memory may be that of `output` where
  ///     `weights.takesResidualInPlace`.
  ///   - output: [batch][output plane][output height][output width][output channel], or what the plan's layout says.
  ///   - channels: The channels of `output` to write, where it has more than the convolution.
  public func convolve(
    _ input: Span<Float>, _ plan: ConvolutionPlan, by weights: PackedConvolution, bias: Span<Float>? = nil,
    activation: Activation = .none, residual: Span<Float>? = nil, into output: inout MutableSpan<Float>,
    channels: OutputChannels? = nil
  ) {
    plan.check(inputs: input.count, outputs: output.count, channels, weights: weights.geometry)
    if let bias { precondition(bias.count == plan.geometry.outputChannels, "\(bias.count) biases") }
    if let residual { precondition(residual.count == output.count, "residual of \(residual.count)") }
    guard plan.outputCount > 0 else { return }
    if let picked = plan.picked {
      let pixels = pickPixels(input, plan.placed)
      convolve(
        pixels.span(of: Float.self), picked, by: weights, bias: bias, activation: activation, residual: residual,
        into: &output, channels: channels)
      return
    }
    let geometry = plan.placed
    let (layout, shape) = plan.output(channels)
    switch weights.storage {
    case .panels(let panels):
      var gemm = unsafe ck_gemm_f32(limits: activation.limits)
      unsafe gemm.a = input.address ?? UnsafePointer(panels.memory.elements())
      unsafe gemm.panels = UnsafeRawPointer(panels.memory.address)
      unsafe gemm.run_count = geometry.runCount
      unsafe gemm.run_length = panels.depth / geometry.runCount
      unsafe gemm.panel_rows = panels.depth
      unsafe gemm.columns = panels.columns
      unsafe gemm.c = output.mutableAddress! + layout.first
      unsafe gemm.c_stride = layout.pixel
      unsafe gemm.bias = bias?.address
      unsafe gemm.residual = residual?.address.map { unsafe $0 + layout.first }
      unsafe activation.withFunction(tier: tier) { function in
        unsafe gemm.function = function
        unsafe convolveDense(gemm, plan, shape)
      }
    case .depthwise(let taps):
      var depthwise = unsafe ck_depthwise_f32()
      unsafe depthwise.channels = geometry.inputChannels
      unsafe depthwise.kernel_height = geometry.kernelRows
      unsafe depthwise.kernel_width = geometry.kernel.width
      unsafe depthwise.input_stride = geometry.inputChannels
      unsafe depthwise.weight_stride = geometry.inputChannels
      unsafe depthwise.window_stride = geometry.strides.width * geometry.inputChannels
      unsafe depthwise.tap_stride = geometry.dilations.width * geometry.inputChannels
      unsafe depthwise.weights = UnsafePointer(taps.elements())
      unsafe depthwise.bias = bias?.address
      unsafe depthwise.residual = residual?.address.map { unsafe $0 + layout.first }
      unsafe depthwise.minimum = activation.limits.lowerBound
      unsafe depthwise.maximum = activation.limits.upperBound
      unsafe depthwise.output = output.mutableAddress! + layout.first
      unsafe activation.withFunction(tier: tier) { function in
        unsafe depthwise.function = function
        unsafe withRepeatedChannels(input.address, plan) { input in
          unsafe convolveDepthwise(depthwise, input, plan, shape)
        }
      }
    case .narrowGroups(let units):
      var grouped = unsafe ck_grouped_f32()
      unsafe grouped.groups = geometry.groups
      unsafe grouped.inputs = geometry.inputsPerGroup
      unsafe grouped.outputs = geometry.outputsPerGroup
      unsafe grouped.kernel_height = geometry.kernelRows
      unsafe grouped.weights = UnsafePointer(units.elements())
      unsafe grouped.bias = bias?.address
      unsafe grouped.residual = residual?.address.map { unsafe $0 + layout.first }
      unsafe grouped.minimum = activation.limits.lowerBound
      unsafe grouped.maximum = activation.limits.upperBound
      unsafe grouped.output = output.mutableAddress! + layout.first
      unsafe activation.withFunction(tier: tier) { function in
        unsafe grouped.function = function
        unsafe convolveNarrowGroups(grouped, input.address, plan, shape)
      }
    }
  }

  /// The pixels that a kernel of one pixel meets.
  private func pickPixels(_ input: Span<Float>, _ geometry: ConvolutionGeometry) -> Tensor {
    let (channels, row) = (geometry.inputChannels, geometry.input.width * geometry.inputChannels)
    let strides = [
      geometry.input.height * row, geometry.strides.height * row, geometry.strides.width * channels, 1,
    ]
    let shape: Shape = [geometry.batch, geometry.outputHeight, geometry.outputWidth, channels]
    return Tensor(shape, of: Float.self) { pixels in
      copy(shape, from: input, StridedLayout(strides: strides), into: &pixels, StridedLayout(dense: shape))
    }
  }

  /// A convolution with dense groups; `gemm.a` is the input.
  @unsafe private func convolveDense(_ gemm: ck_gemm_f32, _ plan: ConvolutionPlan, _ shape: ck_convolution_shape) {
    if plan.isPointwise {
      var oneRun = 0
      unsafe withUnsafePointer(to: &oneRun) { run in
        var gemm = unsafe gemm
        unsafe gemm.a_stride = plan.placed.inputChannels
        unsafe gemm.runs = run
        unsafe gemm.rows = plan.placed.outputPixels
        unsafe runProduct(gemm, isVector: false)
      }
      return
    }
    nonisolated(unsafe) let family = unsafe ck_gemm_f32_for(tier.identifier)!
    unsafe forEachBlock(of: plan, shape, gemm) { shape, gemm, block in
      unsafe ck_convolution_f32_run(family, shape, gemm.pointee.a, gemm, block)
    }
  }

  @unsafe private func convolveDepthwise(
    _ depthwise: ck_depthwise_f32, _ input: UnsafePointer<Float>?, _ plan: ConvolutionPlan,
    _ shape: ck_convolution_shape
  ) {
    nonisolated(unsafe) let family = unsafe ck_depthwise_f32_for(tier.identifier)!
    nonisolated(unsafe) let input = unsafe input
    unsafe forEachBlock(of: plan, shape, depthwise) { shape, depthwise, block in
      unsafe ck_convolution_depthwise_f32_run(family, shape, input, depthwise, block)
    }
  }

  @unsafe private func convolveNarrowGroups(
    _ grouped: ck_grouped_f32, _ input: UnsafePointer<Float>?, _ plan: ConvolutionPlan, _ shape: ck_convolution_shape
  ) {
    nonisolated(unsafe) let family = unsafe ck_grouped_f32_for(tier.identifier)!
    nonisolated(unsafe) let input = unsafe input
    unsafe forEachBlock(of: plan, shape, grouped) { shape, grouped, block in
      unsafe ck_convolution_grouped_f32_run(family, shape, input, grouped, block)
    }
  }

  /// Calls `body` for each block of a plan, on all threads, with the addresses of its sizes and of what else is computed.
  @unsafe private func forEachBlock<Description>(
    of plan: ConvolutionPlan, _ shape: ck_convolution_shape, _ description: Description,
    _ body: @Sendable (UnsafePointer<ck_convolution_shape>, UnsafePointer<Description>, ck_convolution_block) -> Void
  ) {
    nonisolated(unsafe) let description = description
    run(chunks: plan.partition.count, work: plan.work) { chunk in
      unsafe withUnsafePointer(to: description) { description in
        unsafe withUnsafePointer(to: shape) { shape in
          plan.partition.forEachBlock(ofChunk: chunk) { block in unsafe body(shape, description, block) }
        }
      }
    }
  }
}
