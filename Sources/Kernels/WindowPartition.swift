/// The output pixels of a convolution whose windows are written out, cut into ranges that threads take one by one.
struct WindowPartition: Sendable {
  private let pixels: Int
  private let pixelsPerChunk: Int

  /// Bytes of windows that a chunk writes: a part of the L2 cache.
  private static let windowBytes = 256 * 1024
  /// A multiple of the rows that kernels work on at once, so that no strip but the last is cut short.
  private static let strip = 14

  init(_ geometry: ConvolutionGeometry, elementBytes: Int, threads: Int) {
    pixels = geometry.outputPixels
    let fitting = Self.windowBytes / max(geometry.depth * elementBytes, 1)
    let share = threads == 1 ? pixels : pixels / (threads * 4)
    pixelsPerChunk = max(min(fitting, share) / Self.strip, 1) * Self.strip
  }

  var count: Int { (pixels + pixelsPerChunk - 1) / pixelsPerChunk }

  /// The output pixels of a chunk, counted through all images.
  func range(_ chunk: Int) -> Range<Int> {
    let first = chunk * pixelsPerChunk
    return first..<min(first + pixelsPerChunk, pixels)
  }
}

extension ConvolutionGeometry {
  /// Whether rows of output pixels are so short that strips of them would leave most of a kernel idle.
  var isNarrow: Bool { groups == 1 && outputWidth < 12 && outputPixels > outputWidth }
}
