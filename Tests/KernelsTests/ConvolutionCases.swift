import Kernels

/// A convolution to test, with a name for messages.
struct ConvolutionCase: Sendable, CustomStringConvertible {
  let description: String
  let geometry: ConvolutionGeometry

  init(_ description: String, _ geometry: ConvolutionGeometry) {
    self.description = description
    self.geometry = geometry
  }

  init(_ description: String, _ planes: ConvolutionGeometry.Planes, _ geometry: ConvolutionGeometry) {
    self.description = description
    var geometry = geometry
    geometry.planes = planes
    self.geometry = geometry
  }

  static let all: [ConvolutionCase] =
    dense + stacked + grouped + narrowGroups + repeated + depthwise + depthwiseEdges + depthwiseDilated
    + depthwiseSlices + volumes

  static let dense = [
    ConvolutionCase(
      "pointwise",
      .init(batch: 2, input: .init(height: 5, width: 7), inputChannels: 19, outputChannels: 40, kernel: .init(1))),
    ConvolutionCase(
      "pointwise with stride",
      .init(
        batch: 2, input: .init(height: 6, width: 9), inputChannels: 6, outputChannels: 33, kernel: .init(1),
        strides: .init(2))),
    ConvolutionCase(
      "pointwise with stride, a few pixels for many outputs",
      .init(
        batch: 2, input: .init(height: 7, width: 10), inputChannels: 6, outputChannels: 70, kernel: .init(1),
        strides: .init(height: 3, width: 2))),
    ConvolutionCase(
      "pointwise with stride, pixels that compete",
      .init(
        input: .init(height: 2, width: 31), inputChannels: 256, outputChannels: 65, kernel: .init(1),
        strides: .init(2))),
    ConvolutionCase(
      "3 × 3 padded",
      .init(
        batch: 2, input: .init(height: 9, width: 17), inputChannels: 5, outputChannels: 37, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "3 × 3 not padded",
      .init(input: .init(height: 8, width: 33), inputChannels: 4, outputChannels: 3, kernel: .init(3))),
    ConvolutionCase(
      "first layer, 7 × 7, stride 2",
      .init(
        input: .init(height: 21, width: 23), inputChannels: 3, outputChannels: 16, kernel: .init(7),
        strides: .init(2), padding: .init(3))),
    ConvolutionCase(
      "one channel, 5 × 5",
      .init(
        batch: 2, input: .init(height: 12, width: 29), inputChannels: 1, outputChannels: 8, kernel: .init(5),
        padding: .init(2))),
    ConvolutionCase(
      "one channel, 3 × 3, wide image",
      .init(
        input: .init(height: 3, width: 150), inputChannels: 1, outputChannels: 64, kernel: .init(3),
        padding: .init(top: 1, left: 0, bottom: 0, right: 1))),
    ConvolutionCase(
      "three channels, 3 × 3, stride 2",
      .init(
        batch: 2, input: .init(height: 17, width: 70), inputChannels: 3, outputChannels: 33, kernel: .init(3),
        strides: .init(2), padding: .init(1))),
    ConvolutionCase(
      "short runs between dilated taps",
      .init(
        input: .init(height: 9, width: 14), inputChannels: 2, outputChannels: 12, kernel: .init(3),
        dilations: .init(2), padding: .init(2))),
    ConvolutionCase(
      "taps so far apart that columns of them lie on padding",
      .init(
        batch: 2, input: .init(height: 20, width: 22), inputChannels: 48, outputChannels: 37, kernel: .init(3),
        dilations: .init(9), padding: .init(9))),
    ConvolutionCase(
      "taps further apart than the image is wide",
      .init(
        input: .init(height: 11, width: 13), inputChannels: 50, outputChannels: 33, kernel: .init(3),
        dilations: .init(height: 4, width: 17), padding: .init(top: 4, left: 17, bottom: 4, right: 17))),
    ConvolutionCase(
      "distant taps, stride, uneven edges, and pixels that meet none of them",
      .init(
        input: .init(height: 9, width: 31), inputChannels: 64, outputChannels: 20,
        kernel: .init(height: 2, width: 4), strides: .init(height: 1, width: 2),
        dilations: .init(height: 2, width: 7), padding: .init(top: 12, left: 40, bottom: 3, right: 5))),
    ConvolutionCase(
      "runs of some tiles and a rest",
      .init(
        batch: 2, input: .init(height: 5, width: 37), inputChannels: 47, outputChannels: 20, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "runs of whole tiles, two strips in a row",
      .init(
        input: .init(height: 4, width: 46), inputChannels: 64, outputChannels: 49, kernel: .init(2))),
    ConvolutionCase(
      "runs between dilated taps, all shorter than a tile",
      .init(
        input: .init(height: 9, width: 21), inputChannels: 23, outputChannels: 33, kernel: .init(3),
        dilations: .init(2), padding: .init(2))),
    ConvolutionCase(
      "more short runs than can be copied",
      .init(
        input: .init(height: 9, width: 12), inputChannels: 50, outputChannels: 5, kernel: .init(5),
        dilations: .init(2), padding: .init(4))),
    ConvolutionCase(
      "one column",
      .init(
        input: .init(height: 31, width: 1), inputChannels: 3, outputChannels: 7, kernel: .init(height: 4, width: 1))),
    ConvolutionCase(
      "uneven everything",
      .init(
        batch: 3, input: .init(height: 11, width: 10), inputChannels: 7, outputChannels: 9,
        kernel: .init(height: 2, width: 4), strides: .init(height: 3, width: 1),
        dilations: .init(height: 1, width: 2), padding: .init(top: 2, left: 0, bottom: 1, right: 3))),
    ConvolutionCase(
      "dilated rows",
      .init(
        input: .init(height: 13, width: 12), inputChannels: 8, outputChannels: 8, kernel: .init(3),
        dilations: .init(height: 3, width: 1), padding: .init(2))),
    ConvolutionCase(
      "one dimension",
      .init(
        input: .init(height: 1, width: 300), inputChannels: 12, outputChannels: 20,
        kernel: .init(height: 1, width: 9), strides: .init(height: 1, width: 2),
        padding: .init(top: 0, left: 4, bottom: 0, right: 4))),
    ConvolutionCase(
      "padding wider than the image",
      .init(
        input: .init(height: 2, width: 1), inputChannels: 2, outputChannels: 2, kernel: .init(3), padding: .init(5))
    ),
    ConvolutionCase(
      "more weights than image",
      .init(
        batch: 1, input: .init(height: 4, width: 4), inputChannels: 64, outputChannels: 200, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "wide image, edges by themselves",
      .init(
        batch: 2, input: .init(height: 9, width: 85), inputChannels: 6, outputChannels: 34, kernel: .init(5),
        padding: .init(2))),
    ConvolutionCase(
      "wide image, stride and dilation, uneven edges",
      .init(
        input: .init(height: 11, width: 163), inputChannels: 3, outputChannels: 5,
        kernel: .init(height: 3, width: 4), strides: .init(height: 1, width: 2),
        dilations: .init(height: 2, width: 2), padding: .init(top: 3, left: 5, bottom: 0, right: 2))),
    ConvolutionCase(
      "deep windows",
      .init(
        input: .init(height: 3, width: 8), inputChannels: 129, outputChannels: 9, kernel: .init(3),
        padding: .init(top: 0, left: 1, bottom: 0, right: 1))),
    // More than 160 KB of weights for 32 output channels: the kernel is taken some of its rows at a time, and for some
    // rows of the output all of these lie on padding.
    ConvolutionCase(
      "very deep windows",
      .init(
        input: .init(height: 3, width: 6), inputChannels: 180, outputChannels: 34, kernel: .init(3),
        padding: .init(1))),
  ]

  /// Batches of very small images, some of which are computed together.
  static let stacked = [
    ConvolutionCase(
      "two images of one output",
      .init(
        batch: 2, input: .init(height: 3, width: 2), inputChannels: 5, outputChannels: 34, kernel: .init(3),
        padding: .init(top: 0, left: 0, bottom: 0, right: 1))),
    ConvolutionCase(
      "images of 2 × 2, more than a strip",
      .init(batch: 29, input: .init(2), inputChannels: 7, outputChannels: 37, kernel: .init(3), padding: .init(1))),
    ConvolutionCase(
      "images of 8 × 8, 2 KB apart",
      .init(batch: 9, input: .init(8), inputChannels: 8, outputChannels: 70, kernel: .init(3), padding: .init(1))),
    ConvolutionCase(
      "small images, uneven everything",
      .init(
        batch: 6, input: .init(height: 7, width: 6), inputChannels: 3, outputChannels: 9,
        kernel: .init(height: 2, width: 4), strides: .init(height: 1, width: 2),
        dilations: .init(height: 3, width: 1), padding: .init(top: 2, left: 1, bottom: 0, right: 3))),
    ConvolutionCase(
      "small images, padding wider than they are",
      .init(
        batch: 9, input: .init(height: 1, width: 2), inputChannels: 2, outputChannels: 3, kernel: .init(3),
        padding: .init(top: 1, left: 5, bottom: 4, right: 3))),
    ConvolutionCase(
      "more small images than are computed together",
      .init(batch: 40, input: .init(2), inputChannels: 512, outputChannels: 3, kernel: .init(2), padding: .init(1))),
    ConvolutionCase(
      "small images and columns that are laid on their side",
      .init(
        batch: 11, input: .init(height: 6, width: 1), inputChannels: 4, outputChannels: 5,
        kernel: .init(height: 3, width: 1), padding: .init(top: 1, left: 0, bottom: 1, right: 0))),
  ]

  static let grouped = [
    ConvolutionCase(
      "distant taps of groups",
      .init(
        input: .init(height: 7, width: 40), inputChannels: 90, outputChannels: 34, kernel: .init(3),
        dilations: .init(height: 1, width: 8), padding: .init(top: 1, left: 8, bottom: 1, right: 8), groups: 2)),
    ConvolutionCase(
      "two groups",
      .init(
        batch: 2, input: .init(height: 7, width: 9), inputChannels: 10, outputChannels: 6, kernel: .init(3),
        strides: .init(height: 1, width: 2), padding: .init(1), groups: 2)),
    ConvolutionCase(
      "groups of many channels",
      .init(
        input: .init(height: 6, width: 19), inputChannels: 72, outputChannels: 80, kernel: .init(3),
        padding: .init(1), groups: 2)),
    ConvolutionCase(
      "pointwise groups",
      .init(
        input: .init(height: 5, width: 4), inputChannels: 12, outputChannels: 120, kernel: .init(1), groups: 3)),
    ConvolutionCase(
      "wide groups",
      .init(
        input: .init(height: 4, width: 80), inputChannels: 6, outputChannels: 8, kernel: .init(3), padding: .init(1),
        groups: 2)),
    ConvolutionCase(
      "more outputs for each channel than are computed one by one",
      .init(
        input: .init(height: 6, width: 6), inputChannels: 4, outputChannels: 40, kernel: .init(3), padding: .init(1),
        groups: 4)),
  ]

  /// Groups of few channels and kernels of three columns.
  static let narrowGroups: [ConvolutionCase] =
    (2...8).flatMap { narrowGroups(of: $0) } + [9, 12, 16, 24].flatMap { narrowGroups(of: $0).suffix(2) }

  /// An even number of groups and an odd one, rows of one tile and of several, and windows that reach beyond the image by
  /// no pixel, by one and by more.
  private static func narrowGroups(of channels: Int) -> [ConvolutionCase] {
    func geometry(_ groups: Int, _ height: Int, _ width: Int, batch: Int = 1) -> ConvolutionGeometry {
      let all = groups * channels
      return ConvolutionGeometry(
        batch: batch, input: .init(height: height, width: width), inputChannels: all, outputChannels: all,
        kernel: .init(3), padding: .init(1), groups: groups)
    }
    let padded = geometry(6, 5, 14, batch: 2)
    var strided = geometry(5, 6, 51)
    strided.kernel.height = 2
    strided.strides = .init(2)
    strided.padding = .init(top: 0, left: 1, bottom: 1, right: 0)
    var farPadded = geometry(2, 4, 7, batch: 2)
    farPadded.strides.width = 2
    farPadded.padding = .init(2)
    var dilated = geometry(6, 6, 16)
    dilated.dilations = .init(2)
    dilated.padding = .init(2)
    var farStrided = geometry(4, 6, 26)
    farStrided.strides = .init(3)
    var onePixelWide = geometry(2, 3, 1)
    onePixelWide.outputChannels = 16
    var inPlanes = geometry(4, 4, 6)
    inPlanes.planes = .init(input: 3, kernel: 2, front: 1)
    return [
      ConvolutionCase("6 groups of \(channels)", padded),
      ConvolutionCase("5 groups of \(channels), stride 2", strided),
      ConvolutionCase("2 groups of \(channels), stride 2, padding of 2", farPadded),
      ConvolutionCase("6 groups of \(channels), dilation 2", dilated),
      ConvolutionCase("4 groups of \(channels), stride 3", farStrided),
      ConvolutionCase("2 groups of \(channels) for 8 outputs each, one pixel wide", onePixelWide),
      ConvolutionCase("4 groups of \(channels) in planes", inPlanes),
    ]
  }

  /// Depthwise convolutions with several outputs for each channel.
  static let repeated = [1, 2, 3, 4, 5, 6].map { outputs in
    ConvolutionCase(
      "\(outputs) outputs for each channel",
      .init(
        batch: 2, input: .init(height: 6, width: 9), inputChannels: 7, outputChannels: 7 * outputs, kernel: .init(3),
        padding: .init(1), groups: 7))
  }

  /// Images of several planes.
  static let volumes = [
    ConvolutionCase(
      "3 × 3 × 3 padded", .init(input: 4, kernel: 3, front: 1, back: 1),
      .init(
        batch: 2, input: .init(height: 5, width: 17), inputChannels: 5, outputChannels: 37, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "2 × 3 × 3 not padded", .init(input: 3, kernel: 2),
      .init(input: .init(height: 6, width: 13), inputChannels: 4, outputChannels: 8, kernel: .init(3))),
    ConvolutionCase(
      "planes, uneven everything", .init(input: 6, kernel: 2, stride: 2, dilation: 3, front: 2, back: 3),
      .init(
        batch: 2, input: .init(height: 9, width: 10), inputChannels: 7, outputChannels: 9,
        kernel: .init(height: 2, width: 4), strides: .init(height: 3, width: 1),
        dilations: .init(height: 1, width: 2), padding: .init(top: 2, left: 0, bottom: 1, right: 3))),
    ConvolutionCase(
      "planes that are images", .init(input: 5),
      .init(
        batch: 2, input: .init(height: 7, width: 9), inputChannels: 6, outputChannels: 10, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "planes that are rows", .init(input: 9, kernel: 3, stride: 2, dilation: 2, front: 3, back: 1),
      .init(
        batch: 2, input: .init(height: 3, width: 5), inputChannels: 6, outputChannels: 10, kernel: .init(1))),
    ConvolutionCase(
      "pointwise planes", .init(input: 3),
      .init(batch: 2, input: .init(height: 3, width: 5), inputChannels: 6, outputChannels: 10, kernel: .init(1))),
    ConvolutionCase(
      "taps so far apart that planes, rows and columns of them lie on padding",
      .init(input: 4, kernel: 3, stride: 2, dilation: 3, front: 4, back: 3),
      .init(
        batch: 2, input: .init(height: 5, width: 11), inputChannels: 33, outputChannels: 35, kernel: .init(3),
        strides: .init(height: 1, width: 2), dilations: .init(height: 4, width: 7),
        padding: .init(top: 4, left: 9, bottom: 4, right: 7))),
    ConvolutionCase(
      "some planes with padding only", .init(input: 2, kernel: 3, front: 5, back: 4),
      .init(
        input: .init(height: 4, width: 5), inputChannels: 3, outputChannels: 5, kernel: .init(3), padding: .init(1))),
    ConvolutionCase(
      "very deep windows of several planes", .init(input: 3, kernel: 3, front: 1, back: 1),
      .init(
        input: .init(height: 3, width: 6), inputChannels: 60, outputChannels: 34, kernel: .init(3),
        padding: .init(1))),
    ConvolutionCase(
      "planes of one output, many images", .init(input: 2, kernel: 2),
      .init(batch: 9, input: .init(3), inputChannels: 4, outputChannels: 6, kernel: .init(3))),
    ConvolutionCase(
      "wide planes", .init(input: 3, kernel: 2, back: 1),
      .init(
        input: .init(height: 4, width: 85), inputChannels: 6, outputChannels: 34, kernel: .init(5),
        padding: .init(2))),
    ConvolutionCase(
      "planes in groups", .init(input: 3, kernel: 3, front: 1, back: 1),
      .init(
        batch: 2, input: .init(height: 4, width: 9), inputChannels: 10, outputChannels: 6, kernel: .init(3),
        strides: .init(height: 1, width: 2), padding: .init(1), groups: 2)),
    ConvolutionCase(
      "depthwise 3 × 3 × 3", .init(input: 4, kernel: 3, front: 1, back: 1),
      .init(
        batch: 2, input: .init(height: 5, width: 9), inputChannels: 21, outputChannels: 21, kernel: .init(3),
        padding: .init(1), groups: 21)),
    ConvolutionCase(
      "depthwise, as many rows in all planes as columns", .init(input: 7, kernel: 3, stride: 2, front: 2, back: 1),
      .init(
        input: .init(height: 5, width: 12), inputChannels: 19, outputChannels: 19,
        kernel: .init(height: 1, width: 3), strides: .init(height: 1, width: 2), padding: .init(1), groups: 19)),
  ]

  /// Windows that reach beyond two edges at once, by up to half the kernel, and not at all.
  static let depthwiseEdges: [ConvolutionCase] = [5, 7].flatMap { kernel in
    [1, 2, 4, 5, 8, 11, 15].flatMap { (width: Int) -> [ConvolutionCase] in
      let half = kernel / 2
      return [(1, half), (2, half), (2, half - 1)].map { stride, padAfter in
        ConvolutionCase(
          "depthwise \(kernel) × \(kernel), stride \(stride), \(width) pixels wide, padding of \(half) and \(padAfter)",
          .init(
            batch: 2, input: .init(height: kernel, width: width), inputChannels: 19, outputChannels: 19,
            kernel: .init(kernel), strides: .init(stride),
            padding: .init(top: half, left: half, bottom: padAfter, right: padAfter), groups: 19))
      }
    }
  }

  /// Phases of many pixels, of few and of a single one; padding as usual, uneven, and beyond the middle of the kernel.
  static let depthwiseDilated: [ConvolutionCase] =
    [3, 5, 7].flatMap { kernel in
      [
        ConvolutionGeometry.Size(2), .init(height: 1, width: 3), .init(height: 3, width: 1),
        .init(height: 2, width: 5),
      ].flatMap { dilation in
        [(8, 19, 0), (6, 9, 0), (5, 50, 1), (9, 12, -1)].map { height, width, more in
          let channels = more > 0 ? 70 : 19
          let (vertical, horizontal) = (kernel / 2 * dilation.height, kernel / 2 * dilation.width)
          return ConvolutionCase(
            "depthwise \(kernel) × \(kernel), dilation \(dilation), \(height) × \(width), padding and \(more)",
            .init(
              batch: 2, input: .init(height: height, width: width), inputChannels: channels, outputChannels: channels,
              kernel: .init(kernel), dilations: dilation,
              padding: more < 0
                ? .init(top: 2 * vertical, left: 0, bottom: vertical, right: 2 * horizontal)
                : .init(
                  top: vertical, left: horizontal + more, bottom: vertical + more, right: horizontal),
              groups: channels))
        }
      }
    } + [
      ConvolutionCase(
        "depthwise 3 × 3, dilated, in steps of two columns",
        .init(
          input: .init(height: 13, width: 29), inputChannels: 70, outputChannels: 70, kernel: .init(3),
          strides: .init(height: 1, width: 2), dilations: .init(2), padding: .init(2), groups: 70)),
      ConvolutionCase(
        "depthwise 3 × 3, dilated, in steps of two rows",
        .init(
          input: .init(height: 13, width: 29), inputChannels: 70, outputChannels: 70, kernel: .init(3),
          strides: .init(height: 2, width: 1), dilations: .init(2), padding: .init(2), groups: 70)),
    ]

  /// Images so large that some channels are taken at a time, the last of which do not fill a slice.
  static let depthwiseSlices = [
    ConvolutionCase(
      "depthwise in slices, stride 2, uneven edges",
      .init(
        input: .init(height: 61, width: 50), inputChannels: 90, outputChannels: 90, kernel: .init(5),
        strides: .init(2), padding: .init(top: 2, left: 1, bottom: 0, right: 3), groups: 90)),
    ConvolutionCase(
      "depthwise in slices, two images, stride 3",
      .init(
        batch: 2, input: .init(height: 46, width: 44), inputChannels: 131, outputChannels: 131, kernel: .init(5),
        strides: .init(3), padding: .init(4), groups: 131)),
    ConvolutionCase(
      "depthwise in slices, windows beyond the image on every side",
      .init(
        input: .init(height: 3, width: 900), inputChannels: 98, outputChannels: 98, kernel: .init(5),
        strides: .init(height: 2, width: 3), padding: .init(top: 9, left: 11, bottom: 8, right: 12), groups: 98)),
  ]

  static let depthwise =
    [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (7, 2), (4, 1), (2, 3), (1, 1), (9, 1)].map { kernel, stride in
      ConvolutionCase(
        "depthwise \(kernel) × \(kernel), stride \(stride)",
        .init(
          batch: 2, input: .init(height: 12, width: 23), inputChannels: 21, outputChannels: 21, kernel: .init(kernel),
          strides: .init(stride), padding: .init(kernel / 2), groups: 21))
    }
    + [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (7, 2)].map { kernel, stride in
      // A block of every width that kernels have for channels, and a rest; a row of every width for pixels.
      ConvolutionCase(
        "depthwise \(kernel) × \(kernel), stride \(stride), many channels",
        .init(
          input: .init(height: 4, width: 15), inputChannels: 64 + 16 + 8 + 3, outputChannels: 64 + 16 + 8 + 3,
          kernel: .init(kernel), strides: .init(stride), padding: .init(kernel / 2), groups: 64 + 16 + 8 + 3))
    }
    + [1, 3, 4, 6, 7, 9, 14].map { width in
      // Rows of one, of four, of seven and of eight pixels at a time, with and without pixels that are left.
      ConvolutionCase(
        "depthwise 3 × 3, \(width) pixels wide",
        .init(
          input: .init(height: 3, width: width), inputChannels: 16 + 8 + 3, outputChannels: 16 + 8 + 3,
          kernel: .init(3), padding: .init(1), groups: 16 + 8 + 3))
    } + [
      ConvolutionCase(
        "depthwise, windows above and below the image",
        .init(
          input: .init(height: 2, width: 9), inputChannels: 24, outputChannels: 24, kernel: .init(3),
          padding: .init(top: 4, left: 1, bottom: 5, right: 0), groups: 24)),
      ConvolutionCase(
        "depthwise, narrow image",
        .init(
          input: .init(height: 3, width: 3), inputChannels: 80, outputChannels: 80, kernel: .init(3), padding: .init(1),
          groups: 80)),
      ConvolutionCase(
        "depthwise, dilated, uneven",
        .init(
          input: .init(height: 10, width: 19), inputChannels: 35, outputChannels: 35,
          kernel: .init(height: 3, width: 2), dilations: .init(height: 1, width: 3),
          padding: .init(top: 0, left: 2, bottom: 1, right: 0), groups: 35)),
      ConvolutionCase(
        "depthwise, dilated rows",
        .init(
          input: .init(height: 6, width: 9), inputChannels: 19, outputChannels: 19, kernel: .init(3),
          dilations: .init(height: 2, width: 1), padding: .init(2), groups: 19)),
      ConvolutionCase(
        "depthwise, wide image",
        .init(
          batch: 2, input: .init(height: 5, width: 101), inputChannels: 19, outputChannels: 19, kernel: .init(5),
          padding: .init(2), groups: 19)),
      ConvolutionCase(
        "depthwise, wide image, uneven edges, stride 2",
        .init(
          input: .init(height: 9, width: 74), inputChannels: 19, outputChannels: 19, kernel: .init(3),
          strides: .init(2), padding: .init(top: 2, left: 0, bottom: 1, right: 2), groups: 19)),
      ConvolutionCase(
        "depthwise in one dimension",
        .init(
          input: .init(height: 1, width: 200), inputChannels: 32, outputChannels: 32,
          kernel: .init(height: 1, width: 3), padding: .init(top: 0, left: 2, bottom: 0, right: 0), groups: 32)),
    ]
}

extension ConvolutionGeometry {
  /// Calls `body` for every product in the convolution's definition, with the indices of output, input and weight;
  /// the index of the input is nil in the padding.
  func forEachProduct(_ body: (_ output: Int, _ input: Int?, _ weight: Int) -> Void) {
    let (outputsPerGroup, inputsPerGroup) = (outputChannels / groups, inputChannels / groups)
    forEachOutput { image, z, y, x, channel in
      let output =
        (((image * outputDepth + z) * outputHeight + y) * outputWidth + x) * outputChannels + channel
      for c in 0..<inputsPerGroup {
        let inputChannel = channel / outputsPerGroup * inputsPerGroup + c
        for tap in 0..<planes.kernel * kernel.height * kernel.width {
          let (kz, ky) = (tap / kernel.width / kernel.height, tap / kernel.width % kernel.height)
          let plane = z * planes.stride + kz * planes.dilation - planes.front
          let row = y * strides.height + ky * dilations.height - padding.top
          let column = x * strides.width + tap % kernel.width * dilations.width - padding.left
          let inside =
            plane >= 0 && plane < planes.input && row >= 0 && row < input.height && column >= 0
            && column < input.width
          let pixel = ((image * planes.input + plane) * input.height + row) * input.width + column
          let weight = (channel * inputsPerGroup + c) * planes.kernel * kernel.height * kernel.width + tap
          body(output, inside ? pixel * inputChannels + inputChannel : nil, weight)
        }
      }
    }
  }

  private func forEachOutput(_ body: (_ image: Int, _ plane: Int, _ row: Int, _ column: Int, _ channel: Int) -> Void) {
    for image in 0..<batch {
      for z in 0..<outputDepth {
        for y in 0..<outputHeight {
          for x in 0..<outputWidth {
            for channel in 0..<outputChannels { body(image, z, y, x, channel) }
          }
        }
      }
    }
  }
}
