internal import CKernels

/// A convolution of data of certain sizes with certain weights, with all worked out that follows from the sizes.
///
/// A plan serves any number of convolutions. How the work is cut suits one number of threads, but results do not depend
/// on it.
public final class ConvolutionPlan: Sendable {
  public let geometry: ConvolutionGeometry
  /// What the kernels compute: the same convolution, but for columns that are laid on their side, planes that are images
  /// or rows, and channels of depthwise convolutions that are repeated for each of their outputs.
  let placed: ConvolutionGeometry
  /// Where results go, if not just one after the other.
  private let ownLayout: OutputLayout?
  /// Where they go in a tensor that has no other channels.
  let layout: OutputLayout
  /// The sizes for the kernels, with results at `layout`.
  let shape: ck_convolution_shape
  let partition: ConvolutionPartition
  let inputCount: Int
  let outputCount: Int
  let isPointwise: Bool
  /// The convolution of the pixels that the kernel meets, where these are copied first.
  let picked: ConvolutionPlan?
  /// The work of the whole convolution, in multiply-adds of float32 numbers.
  let work: Int

  fileprivate init(
    _ geometry: ConvolutionGeometry, placed: ConvolutionGeometry, layout: OutputLayout? = nil, elementBytes: Int,
    panels: Int, panelBytes: Int, work: Int, threads: Int, stacksImages: Bool, slicesChannels: Bool = false,
    picked: ConvolutionPlan? = nil
  ) {
    geometry.check()
    self.geometry = geometry
    self.placed = placed
    ownLayout = layout
    self.layout =
      layout ?? OutputLayout(dense: placed, OutputChannels(first: 0, total: geometry.outputChannels))
    shape = placed.shape(self.layout)
    partition = ConvolutionPartition(
      placed, elementBytes: elementBytes, panels: panels, panelBytes: panelBytes, work: work,
      threads: threads, stacksImages: stacksImages, slicesChannels: slicesChannels)
    inputCount = geometry.inputCount
    outputCount = geometry.outputCount
    isPointwise = placed.isPointwise && layout == nil
    self.picked = picked
    self.work = work
  }

  /// Layout and sizes where results are some channels of a tensor, or all of them where that is nil.
  func output(_ channels: OutputChannels?) -> (OutputLayout, ck_convolution_shape) {
    guard let channels else { return (layout, shape) }
    precondition(ownLayout == nil, "some channels of a layout of its own")
    let layout = OutputLayout(dense: placed, channels)
    return (layout, placed.shape(layout))
  }

  /// Checks operands, `outputs` being the elements of a tensor that the convolution writes some channels of.
  func check(inputs: Int, outputs: Int, _ channels: OutputChannels?, weights: ConvolutionGeometry) {
    if let ownLayout {
      check(inputs: inputs, weights: weights)
      precondition(outputCount == 0 || ownLayout.fits(geometry, in: outputs), "\(ownLayout) in \(outputs) elements")
      return
    }
    guard let channels else {
      check(inputs: inputs, outputs: outputs, weights: weights)
      return
    }
    let end = channels.first + geometry.outputChannels
    precondition(channels.first >= 0 && end <= channels.total, "channels up to \(end) of \(channels.total)")
    check(inputs: inputs, outputs: outputs / channels.total * geometry.outputChannels, weights: weights)
    precondition(outputs % channels.total == 0, "output of \(outputs) with \(channels.total) channels")
  }

  func check(inputs: Int, outputs: Int, weights: ConvolutionGeometry) {
    check(inputs: inputs, weights: weights)
    precondition(outputs == outputCount, "output of \(outputs) for \(outputCount)")
  }

  private func check(inputs: Int, weights: ConvolutionGeometry) {
    precondition(geometry.takesWeights(of: weights), "weights packed for another convolution")
    precondition(inputs == inputCount, "input of \(inputs) for \(inputCount)")
  }
}

extension Compute {
  /// Plans a convolution with `weights`; those parts of `geometry` that they depend on must be those they were packed for.
  ///
  /// - Parameter layout: Where results go, if not one after the other; so several convolutions can fill one tensor.
  public func plan(
    _ geometry: ConvolutionGeometry, for weights: PackedConvolution, layout: OutputLayout? = nil
  ) -> ConvolutionPlan {
    // Several pixels of a row are computed at once: a column is laid on its side.
    let flat = geometry.flattened
    let dense = layout != nil ? geometry : flat.isColumn ? flat.asRow : flat
    let placed = geometry.isDepthwise ? dense.repeatingChannels : dense
    let (panels, bytes, stacksImages) =
      switch weights.storage {
      case .panels(let panels):
        (panels.panelCount, panels.memory.byteCount, placed.hasWholeRuns && placed.planes == .init())
      case .depthwise: (parts(of: placed.inputChannels, size: PackedPanels.panelColumns), 0, false)
      case .narrowGroups(let units): (placed.unitCount, units.byteCount, false)
      }
    let work = geometry.outputCount * geometry.depth
    return ConvolutionPlan(
      geometry, placed: placed, layout: layout, elementBytes: MemoryLayout<Float>.stride, panels: panels,
      panelBytes: bytes, work: work, threads: threads(for: work), stacksImages: stacksImages,
      slicesChannels: placed.slicesChannels, picked: layout == nil ? planOfPickedPixels(placed, for: weights) : nil)
  }

  /// Pixels are copied where rows of them are short, or compete for the same places in the cache, and where many results
  /// are made of each.
  private func planOfPickedPixels(_ geometry: ConvolutionGeometry, for weights: PackedConvolution) -> ConvolutionPlan? {
    let distance = geometry.strides.width * geometry.inputChannels * MemoryLayout<Float>.stride
    guard case .panels = weights.storage, geometry.outputChannels >= Self.leastOutputsOfPicked,
      geometry.outputWidth < Self.leastPickedColumns || distance % Self.competingBytes == 0
    else { return nil }
    return geometry.ofPickedPixels.map { plan($0, for: weights) }
  }

  private static let leastOutputsOfPicked = 64
  private static let leastPickedColumns = 14
  /// Pixels a multiple of so many bytes apart compete for the same places in the L1 cache.
  private static let competingBytes = 2048

  /// The same for weights of 8 bits.
  public func plan(_ geometry: ConvolutionGeometry, for weights: PackedInt8Convolution) -> ConvolutionPlan {
    let flat = geometry.flattened
    let placed = geometry.isDepthwise ? flat.repeatingChannels : flat
    let products = geometry.outputCount * geometry.depth
    // A byte product is about a quarter of a float one's work.
    let (panels, bytes, work) =
      switch weights.storage {
      case .bytes(let bytes): (bytes.panelCount, bytes.memory.byteCount, products / 4)
      case .depthwise: (1, 0, products)
      }
    return ConvolutionPlan(
      geometry, placed: placed, elementBytes: 1, panels: panels, panelBytes: bytes, work: work,
      threads: threads(for: work), stacksImages: false)
  }
}
