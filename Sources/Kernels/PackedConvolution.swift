internal import CKernels

/// Float32 weights of a convolution, arranged once in the order that kernels read.
public final class PackedConvolution: Sendable {
  /// What the weights were packed for.
  public let geometry: ConvolutionGeometry

  enum Storage: Sendable {
    case panels(PackedPanels)
    /// [plane][kernel row][kernel column][output channel]
    case depthwise(AlignedMemory)
    /// As `ck_pack_grouped_f32` arranges them.
    case narrowGroups(AlignedMemory)
  }
  let storage: Storage

  /// Packs weights in the order of ONNX: [output channel][input channel of the group][plane][kernel row][kernel column].
  ///
  /// They serve every convolution with the same channels, kernel, dilations and groups; batch, image size, strides and
  /// padding of `geometry` do not matter.
  public init(_ weights: Span<Float>, for geometry: ConvolutionGeometry) {
    geometry.check()
    precondition(weights.count == geometry.weightCount, "\(weights.count) weights of \(geometry.weightCount)")
    self.geometry = geometry
    if geometry.isDepthwise {
      let (taps, channels) = (geometry.depth, geometry.outputChannels)
      let memory = AlignedMemory(byteCount: weights.count * MemoryLayout<Float>.stride)
      let target = unsafe memory.elements(of: Float.self)
      for index in weights.indices {
        unsafe target[index % taps * channels + index / taps] = weights[index]
      }
      storage = .depthwise(memory)
    } else if geometry.hasNarrowGroups {
      let memory = AlignedMemory(byteCount: geometry.unitCount * geometry.unitElements * MemoryLayout<Float>.stride)
      unsafe ck_pack_grouped_f32(
        weights.address, geometry.groups, geometry.inputsPerGroup, geometry.outputsPerGroup, geometry.kernelRows,
        memory.elements())
      storage = .narrowGroups(memory)
    } else {
      storage = unsafe .panels(PackedPanels(weights.address, order: geometry.weightOrder, vectorAllowed: false))
    }
  }

  /// Whether the residual of a convolution may lie where its result goes: where every result is computed once and in one
  /// go. Longer sums are left in the result on the way, and so are those of taps that are far apart.
  public var takesResidualInPlace: Bool {
    guard case .panels(let panels) = storage else { return false }
    return panels.depth <= Self.mostRowsInOneGo && geometry.dilations == .init(1)
  }

  /// Not more than any kernel takes at once.
  private static let mostRowsInOneGo = 1024
}
