/// The channels of a tensor that a convolution writes, where several convolutions fill it.
public struct OutputChannels: Sendable, Hashable {
  public let first: Int
  /// All channels that the tensor has.
  public let total: Int

  public init(first: Int, total: Int) {
    self.first = first
    self.total = total
  }
}

/// Where a convolution writes its results: the index of the first element of the first pixel, and elements from one
/// pixel, row, plane and image to the next. The channels of a pixel are neighbours.
public struct OutputLayout: Sendable, Hashable {
  public var first: Int
  public var pixel: Int
  public var row: Int
  public var plane: Int
  public var image: Int

  public init(first: Int, pixel: Int, row: Int, plane: Int, image: Int) {
    self.first = first
    self.pixel = pixel
    self.row = row
    self.plane = plane
    self.image = image
  }

  /// That of pixels that follow each other without a gap.
  init(dense geometry: ConvolutionGeometry, _ channels: OutputChannels) {
    first = channels.first
    pixel = channels.total
    row = pixel * geometry.outputWidth
    plane = row * geometry.outputHeight
    image = plane * geometry.outputDepth
  }

  /// Whether the results of a geometry lie within `count` elements. None does not.
  func fits(_ geometry: ConvolutionGeometry, in count: Int) -> Bool {
    let last =
      first + (geometry.batch - 1) * image + (geometry.outputDepth - 1) * plane
      + (geometry.outputHeight - 1) * row + (geometry.outputWidth - 1) * pixel + geometry.outputChannels
    return min(first, row, plane, image) >= 0 && pixel >= geometry.outputChannels && last <= count
  }
}
