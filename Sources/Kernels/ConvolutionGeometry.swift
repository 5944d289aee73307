internal import CKernels

/// The sizes of a convolution of images in NHWC order. One dimension is a height of 1. Three dimensions, NDHWC, are
/// images of several planes.
public struct ConvolutionGeometry: Sendable, Hashable {
  /// A height and a width, in pixels.
  public struct Size: Sendable, Hashable {
    public var height: Int
    public var width: Int

    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }

    /// The same height and width.
    public init(_ side: Int) { self.init(height: side, width: side) }
  }

  /// Rows and columns of padding around an image, in pixels.
  public struct Padding: Sendable, Hashable {
    public var top: Int
    public var left: Int
    public var bottom: Int
    public var right: Int

    /// Padding in the order of ONNX's attribute `pads`: top, left, bottom, right.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      self.top = top
      self.left = left
      self.bottom = bottom
      self.right = right
    }

    /// The same padding on all sides.
    public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
  }

  /// The axis along which the planes of an image follow each other. By itself that of an image with a single plane.
  public struct Planes: Sendable, Hashable {
    /// The planes of the input and of the kernel.
    public var input: Int
    public var kernel: Int
    public var stride: Int
    public var dilation: Int
    /// Planes of padding before and behind the image.
    public var front: Int
    public var back: Int

    public init(input: Int = 1, kernel: Int = 1, stride: Int = 1, dilation: Int = 1, front: Int = 0, back: Int = 0) {
      self.input = input
      self.kernel = kernel
      self.stride = stride
      self.dilation = dilation
      self.front = front
      self.back = back
    }

    /// Whether every plane of the output is computed from the input plane of the same place.
    var areIndependent: Bool { kernel == 1 && stride == 1 && front == 0 && back == 0 }
  }

  public var batch: Int
  public var planes = Planes()
  public var input: Size
  public var inputChannels: Int
  public var outputChannels: Int
  public var kernel: Size
  /// The distance between neighbouring windows.
  public var strides: Size
  /// The distance between neighbouring taps of the kernel; 1 is no dilation.
  public var dilations: Size
  /// At the bottom, on the right and behind it may be negative: so many rows, columns or planes are left out.
  public var padding: Padding
  /// Input and output channels are divided into this many groups, each output channel seeing those of its group only.
  public var groups: Int

  public init(
    batch: Int = 1, input: Size, inputChannels: Int, outputChannels: Int, kernel: Size, strides: Size = Size(1),
    dilations: Size = Size(1), padding: Padding = Padding(0), groups: Int = 1
  ) {
    self.batch = batch
    self.input = input
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.padding = padding
    self.groups = groups
  }

  /// The planes of the output; 0 where the kernel does not fit into the padded image.
  public var outputDepth: Int {
    Self.outputs(planes.input + planes.front + planes.back, planes.kernel, planes.stride, planes.dilation)
  }

  /// The rows of the output; 0 where the kernel does not fit into the padded image.
  public var outputHeight: Int {
    Self.outputs(input.height + padding.top + padding.bottom, kernel.height, strides.height, dilations.height)
  }

  /// The columns of the output; 0 where the kernel does not fit into the padded image.
  public var outputWidth: Int {
    Self.outputs(input.width + padding.left + padding.right, kernel.width, strides.width, dilations.width)
  }

  private static func outputs(_ padded: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
    let covered = (kernel - 1) * dilation + 1
    return padded < covered ? 0 : (padded - covered) / stride + 1
  }

  /// The elements of the input, [batch][plane][height][width][channel].
  public var inputCount: Int { batch * planes.input * input.height * input.width * inputChannels }
  /// The elements of the output, [batch][plane][height][width][channel].
  public var outputCount: Int { outputPixels * outputChannels }
  /// The elements of the weights, [output channel][input channel of the group][plane][kernel row][kernel column].
  public var weightCount: Int { outputChannels * depth }

  var outputPixels: Int { batch * outputDepth * outputHeight * outputWidth }
  /// The weights of one output channel.
  var depth: Int { inputsPerGroup * tapCount }
  /// The rows of all planes of the kernel.
  var kernelRows: Int { planes.kernel * kernel.height }
  var tapCount: Int { kernelRows * kernel.width }

  /// Whether each channel is a group of its own, with no more outputs than are better computed one by one.
  var isDepthwise: Bool {
    groups > 1 && groups == inputChannels && outputsPerChannel <= Self.mostOutputsPerChannel
  }

  /// Whether the float32 form of a depthwise convolution takes some of the channels at a time, for which it copies them:
  /// where images, of one plane, are not found in a cache near by, and where pixels are used so often that it pays. Those
  /// that are dilated read images in place.
  var slicesChannels: Bool {
    isDepthwise && planes == .init() && dilations == Size(1)
      && kernel.height * kernel.width >= Self.leastTapsOfSlices
      && input.height * input.width * inputChannels > Self.mostNearElements
  }

  private static let leastTapsOfSlices = 25
  /// 1 MB of float32 numbers, as in `convolution/depthwise.c`.
  private static let mostNearElements = 1 << 18

  var inputsPerGroup: Int { inputChannels / groups }
  var outputsPerGroup: Int { outputChannels / groups }

  /// Whether there are groups of so few channels that they are better computed by the kernels of `ck_grouped.h`, whose
  /// form they have.
  var hasNarrowGroups: Bool {
    groups > 1 && !isDepthwise && kernel.width == Int(CK_UNIT_TAPS) && outputsPerGroup <= Int(CK_UNIT_LANES)
      && inputsPerGroup <= Int(CK_MOST_GROUP_INPUTS)
  }

  /// The units of narrow groups, and the weights of one.
  var unitCount: Int { groups / ck_groups_of_unit(groups, inputsPerGroup, outputsPerGroup) }
  var unitElements: Int { depth * Int(CK_UNIT_LANES) }

  /// The outputs of each channel of a depthwise convolution.
  var outputsPerChannel: Int { outputChannels / inputChannels }

  /// The columns of a product that fill most of a vector.
  private static let mostOutputsPerChannel = 6

  /// The same convolution of data in which each channel is repeated for each of its outputs.
  var repeatingChannels: ConvolutionGeometry {
    var repeating = self
    repeating.inputChannels = outputChannels
    repeating.groups = outputChannels
    return repeating
  }

  /// Whether every output pixel is computed from the input pixel of the same place.
  var isPointwise: Bool {
    hasIndependentPixels && planes.areIndependent && groups == 1
  }

  /// The same convolution of those pixels only that a kernel of one pixel meets, without steps between them; nil where it
  /// meets all, or a kernel is larger.
  var ofPickedPixels: ConvolutionGeometry? {
    guard kernel == Size(1), padding == Padding(0), planes == Planes(), groups == 1, strides != Size(1)
    else { return nil }
    var picked = self
    picked.input = Size(height: outputHeight, width: outputWidth)
    picked.strides = Size(1)
    return picked
  }

  /// Whether pixels of the output take part in nothing but pixels of the same place, of whichever plane.
  private var hasIndependentPixels: Bool {
    kernel == Size(1) && strides == Size(1) && padding == Padding(0)
  }

  /// Whether image and kernel are one pixel wide, so that rows and columns can trade places without moving an element.
  var isColumn: Bool {
    input.width == 1 && kernel.width == 1 && padding.left == 0 && padding.right == 0 && kernel.height > 1 && groups == 1
      && planes == Planes()
  }

  /// The same convolution of images with a single plane, where there is one: planes that do not depend on each other are
  /// images by themselves, and planes whose pixels do not depend on each other are rows.
  var flattened: ConvolutionGeometry {
    guard planes != Planes() else { return self }
    var flat = self
    flat.planes = Planes()
    if planes.areIndependent {
      flat.batch = batch * planes.input
    } else if hasIndependentPixels {
      flat.input = Size(height: planes.input, width: input.height * input.width)
      flat.kernel = Size(height: planes.kernel, width: 1)
      flat.strides = Size(height: planes.stride, width: 1)
      flat.dilations = Size(height: planes.dilation, width: 1)
      flat.padding = Padding(top: planes.front, left: 0, bottom: planes.back, right: 0)
    } else {
      return self
    }
    return flat
  }

  /// The same convolution with rows and columns in each other's place.
  var asRow: ConvolutionGeometry {
    var row = self
    row.input = Size(height: input.width, width: input.height)
    row.kernel = Size(height: kernel.width, width: kernel.height)
    row.strides = Size(height: strides.width, width: strides.height)
    row.dilations = Size(height: dilations.width, width: dilations.height)
    row.padding = Padding(top: padding.left, left: padding.top, bottom: padding.right, right: padding.bottom)
    return row
  }

  /// Whether the taps of a kernel row follow each other in an image, without other groups' channels or skipped pixels in
  /// between.
  var hasWholeRuns: Bool { groups == 1 && dilations.width == 1 }

  /// In how many runs the elements of a window lie: one for each row of the kernel's planes, or else one for each of its
  /// taps.
  var runCount: Int { hasWholeRuns ? kernelRows : tapCount }

  /// In how many runs kernels for bytes find the elements of a window. They take whole groups of 4 bytes, so that short
  /// runs, which hardly fill theirs, are written out side by side and become one.
  var byteRunCount: Int {
    let runLength = depth / runCount
    let gathered = groups == 1 && runLength % 4 != 0 && runLength <= Self.mostGatheredBytes
    return gathered ? 1 : runCount
  }

  /// What `ck_convolution_u8s8_run` can gather.
  private static let mostGatheredBytes = Int(CK_MOST_GATHERED)

  /// Whether weights packed for `other` are good for this one: image size, strides and padding may differ.
  func takesWeights(of other: ConvolutionGeometry) -> Bool {
    inputChannels == other.inputChannels && outputChannels == other.outputChannels && kernel == other.kernel
      && planes.kernel == other.planes.kernel && groups == other.groups && runCount == other.runCount
  }

  func check() {
    precondition(batch >= 0 && input.height >= 0 && input.width >= 0, "image of negative size")
    precondition(groups > 0 && inputChannels > 0 && outputChannels > 0, "no channels")
    precondition(inputChannels % groups == 0 && outputChannels % groups == 0, "channels not divided by \(groups)")
    precondition(min(kernel.height, kernel.width, strides.height, strides.width) > 0, "empty kernel or stride")
    precondition(min(dilations.height, dilations.width) > 0, "dilation of 0")
    precondition(min(padding.top, padding.left, planes.front) >= 0, "negative padding")
    precondition(planes.input >= 0 && min(planes.kernel, planes.stride, planes.dilation) > 0, "kernel without planes")
  }

  func shape(_ output: OutputLayout) -> ck_convolution_shape {
    ck_convolution_shape(
      images: batch, depth: planes.input, height: input.height, width: input.width, output_depth: outputDepth,
      output_height: outputHeight, output_width: outputWidth, kernel_depth: planes.kernel,
      kernel_height: kernel.height, kernel_width: kernel.width, stride_z: planes.stride, stride_y: strides.height,
      stride_x: strides.width, dilation_z: planes.dilation, dilation_y: dilations.height,
      dilation_x: dilations.width, pad_front: planes.front, pad_top: padding.top, pad_left: padding.left,
      channels: inputChannels, groups: groups, pixel_stride: output.pixel, row_stride: output.row,
      plane_stride: output.plane, image_stride: output.image)
  }

  /// How ONNX orders the weights, output channel by output channel, with rows in the order of the kernels: plane, kernel
  /// row, kernel column, input channel.
  var weightOrder: WeightOrder {
    let taps = tapCount
    let channels = inputsPerGroup
    let columns = outputsPerGroup
    return WeightOrder(
      rows: (0..<taps * channels).map { $0 % channels * taps + $0 / channels }, columnStride: depth,
      columns: columns, groups: groups, groupStride: columns * depth)
  }
}
