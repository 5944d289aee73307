internal import CKernels

/// Integer weights of a convolution, arranged once in the order that kernels read.
public final class PackedInt8Convolution: Sendable {
  /// What the weights were packed for.
  public let geometry: ConvolutionGeometry

  enum Storage: Sendable {
    case bytes(PackedBytes)
    case depthwise(DepthwiseBytes)
  }
  let storage: Storage

  /// Packs weights in the order of ONNX: [output channel][input channel of the group][plane][kernel row][kernel column].
  ///
  /// They serve every convolution with the same channels, kernel, dilations and groups; batch, image size, strides and
  /// padding of `geometry` do not matter. Unsigned weights are stored as signed ones by subtracting 128 from them
  /// and from their zero points.
  ///
  /// - Parameter zeroPoints: One for all output channels, or one for each. Where one is not 0 (128 for unsigned
  ///   weights), convolutions that are not depthwise take a second pass over their sums.
  public init<Weight: QuantizedByte>(
    _ weights: Span<Weight>, for geometry: ConvolutionGeometry, zeroPoints: [Int32] = []
  ) {
    geometry.check()
    precondition(weights.count == geometry.weightCount, "\(weights.count) weights of \(geometry.weightCount)")
    self.geometry = geometry
    let zeroPoints = Weight.signedZeroPoints(zeroPoints, columns: geometry.outputChannels)
    let bytes = unsafe UnsafeRawPointer(weights.address)?.assumingMemoryBound(to: UInt8.self)
    if geometry.isDepthwise {
      storage = unsafe .depthwise(
        DepthwiseBytes(bytes!, flip: Weight.signedFlip, geometry, zeroPoints: zeroPoints))
    } else {
      storage = unsafe .bytes(
        PackedBytes(
          bytes, flip: Weight.signedFlip, order: geometry.weightOrder, runCount: geometry.byteRunCount,
          zeroPoints: zeroPoints))
    }
  }
}

/// Weights of a depthwise convolution less their zero points, in pairs of kernel rows (`ck_depthwise.h`).
final class DepthwiseBytes: Int8Weights, Sendable {
  let memory: AlignedMemory
  /// The sum of each channel's weights.
  let sums: [Int32]

  @unsafe init(
    _ weights: UnsafePointer<UInt8>, flip: UInt8, _ geometry: ConvolutionGeometry, zeroPoints: [Int32]
  ) {
    let (height, width, channels) = (geometry.kernelRows, geometry.kernel.width, geometry.outputChannels)
    memory = AlignedMemory(
      byteCount: parts(of: height, size: 2) * width * channels * MemoryLayout<Int32>.stride)
    let pairs = unsafe memory.elements(of: Int32.self)
    var sums = [Int32](repeating: 0, count: channels)
    for channel in 0..<channels {
      for tap in 0..<height * width {
        let byte = unsafe Int8(bitPattern: weights[channel * height * width + tap] ^ flip)
        let weight = Int32(byte) - zeroPoints[channel]
        sums[channel] += weight
        let (y, x) = (tap / width, tap % width)
        let index = (y / 2 * width + x) * channels + channel
        let low = y % 2 == 0 ? weight & 0xffff : unsafe pairs[index]
        unsafe pairs[index] = y % 2 == 0 ? low : low | weight << 16
      }
    }
    self.sums = sums
  }

  func offsets(zeroPoint: Int32, bias: [Int32]) -> [Int32] {
    sums.indices.map { (bias.isEmpty ? 0 : bias[$0]) &- zeroPoint &* sums[$0] }
  }
}
