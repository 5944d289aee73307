internal import CKernels

/// A convolution of data of certain sizes with certain weights, with all worked out that follows from the sizes.
///
/// A plan serves any number of convolutions. How the work is cut suits one number of threads, but results do not depend
/// on it.
public final class ConvolutionPlan: Sendable {
  public let geometry: ConvolutionGeometry
  /// What the kernels compute: the same convolution, but for columns that are laid on their side.
  let placed: ConvolutionGeometry
  let shape: ck_convolution_shape
  let partition: ConvolutionPartition
  let inputCount: Int
  let outputCount: Int
  let isPointwise: Bool
  /// The work of the whole convolution, in multiply-adds of float32 numbers.
  let work: Int

  fileprivate init(
    _ geometry: ConvolutionGeometry, placed: ConvolutionGeometry, elementBytes: Int, panels: Int, panelBytes: Int,
    work: Int, threads: Int, stacksImages: Bool
  ) {
    geometry.check()
    self.geometry = geometry
    self.placed = placed
    shape = placed.shape
    partition = ConvolutionPartition(
      placed, elementBytes: elementBytes, panels: panels, panelBytes: panelBytes, work: work,
      threads: threads, stacksImages: stacksImages)
    inputCount = geometry.inputCount
    outputCount = geometry.outputCount
    isPointwise = placed.isPointwise
    self.work = work
  }

  /// Checks operands, `outputs` being the elements of a tensor that the convolution writes some channels of.
  func check(inputs: Int, outputs: Int, _ channels: OutputChannels, weights: ConvolutionGeometry) {
    let end = channels.first + geometry.outputChannels
    precondition(channels.first >= 0 && end <= channels.total, "channels up to \(end) of \(channels.total)")
    check(inputs: inputs, outputs: outputs / channels.total * geometry.outputChannels, weights: weights)
    precondition(outputs % channels.total == 0, "output of \(outputs) with \(channels.total) channels")
  }

  func check(inputs: Int, outputs: Int, weights: ConvolutionGeometry) {
    precondition(geometry.takesWeights(of: weights), "weights packed for another convolution")
    precondition(inputs == inputCount, "input of \(inputs) for \(inputCount)")
    precondition(outputs == outputCount, "output of \(outputs) for \(outputCount)")
  }
}

extension Compute {
  /// Plans a convolution with `weights`; those parts of `geometry` that they depend on must be those they were packed for.
  public func plan(_ geometry: ConvolutionGeometry, for weights: PackedConvolution) -> ConvolutionPlan {
    // Several pixels of a row are computed at once: a column is laid on its side.
    let placed = geometry.isColumn ? geometry.asRow : geometry
    let (panels, bytes, stacksImages) =
      switch weights.storage {
      case .panels(let panels): (panels.panelCount, panels.memory.byteCount, placed.hasWholeRuns)
      case .depthwise: (1, 0, false)
      }
    let work = geometry.outputCount * geometry.depth
    return ConvolutionPlan(
      geometry, placed: placed, elementBytes: MemoryLayout<Float>.stride, panels: panels, panelBytes: bytes,
      work: work, threads: threads(for: work), stacksImages: stacksImages)
  }

  /// The same for weights of 8 bits.
  public func plan(_ geometry: ConvolutionGeometry, for weights: PackedInt8Convolution) -> ConvolutionPlan {
    let products = geometry.outputCount * geometry.depth
    // A byte product is about a quarter of a float one's work.
    let (panels, bytes, work) =
      switch weights.storage {
      case .bytes(let bytes): (bytes.panelCount, bytes.memory.byteCount, products / 4)
      case .depthwise: (1, 0, products)
      }
    return ConvolutionPlan(
      geometry, placed: geometry, elementBytes: 1, panels: panels, panelBytes: bytes, work: work,
      threads: threads(for: work), stacksImages: false)
  }
}
