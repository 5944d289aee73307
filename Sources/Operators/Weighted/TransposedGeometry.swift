import Tensors

/// Where ConvTranspose puts the windows that its input elements spread over the output.
struct TransposedGeometry: Sendable {
  private let window: WindowAttributes
  private let outputPadding: [Int]?
  private let outputShape: [Int]?

  init(_ node: NodeReader) throws(OperatorError) {
    window = try WindowAttributes(node)
    outputPadding = try node.sizes("output_padding", atLeast: 0)
    outputShape = try node.sizes("output_shape", atLeast: 1)
  }

  /// The windows of the convolution that leads from the output back to the input: its `input` is the output here,
  /// and each of its windows belongs to one element of the data.
  func windows(input: [Int], weights shape: Shape) throws(OperatorError) -> WindowGeometry {
    let rank = input.count
    let kernel = Array(shape.dimensions[2...])
    guard !kernel.contains(0) else { throw .input(1, "has shape \(shape), an empty window") }
    if let stated = window.kernelShape, stated != kernel {
      throw .attribute("kernel_shape", "is \(stated) but input 1 has shape \(shape)")
    }
    let strides = try window.strides(rank: rank)
    let dilations = try window.dilations(rank: rank)
    let pads = try window.pads(rank: rank)
    let extra = try outputPadding(rank: rank)
    let requested = try requestedSizes(input: input, strides: strides)
    var axes: [WindowGeometry.Axis] = []
    for axis in 0..<rank {
      var placed = WindowGeometry.Axis(
        input: 0, kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
        padBefore: pads.before[axis], padAfter: pads.after[axis], output: input[axis])
      let full = placed.stride * (input[axis] - 1) + extra[axis] + placed.extent
      try place(&placed, full: full, requested: requested?[axis], axis: axis)
      axes.append(placed)
    }
    return try WindowGeometry(axes)
  }

  /// Sets the size of the output and the padding that is cut off `full` elements to reach it.
  private func place(
    _ axis: inout WindowGeometry.Axis, full: Int, requested: Int?, axis index: Int
  ) throws(OperatorError) {
    guard let requested else {
      if window.autoPad == .valid { (axis.padBefore, axis.padAfter) = (0, 0) }
      axis.input = full - axis.padBefore - axis.padAfter
      guard axis.input > 0 else {
        throw .input(0, "leaves \(axis.input) elements of output on spatial axis \(index)")
      }
      return
    }
    let total = max(0, full - requested)
    axis.padBefore = window.autoPad == .sameUpper ? total / 2 : total - total / 2
    axis.padAfter = total - axis.padBefore
    axis.input = requested
  }

  /// The sizes that `output_shape` or a SAME padding asks for.
  private func requestedSizes(input: [Int], strides: [Int]) throws(OperatorError) -> [Int]? {
    if let outputShape {
      // Some exporters list the batch and the channels too.
      guard outputShape.count == input.count || outputShape.count == input.count + 2 else {
        throw .attribute(
          "output_shape", "has \(outputShape.count) values, expected \(input.count) for \(input.count) spatial axes")
      }
      return Array(outputShape.suffix(input.count))
    }
    guard window.autoPad == .sameUpper || window.autoPad == .sameLower else { return nil }
    return zip(input, strides).map { $0 * $1 }
  }

  private func outputPadding(rank: Int) throws(OperatorError) -> [Int] {
    guard let outputPadding else { return [Int](repeating: 0, count: rank) }
    guard outputPadding.count == rank else {
      throw .attribute(
        "output_padding", "has \(outputPadding.count) values, expected \(rank) for \(rank) spatial axes")
    }
    return outputPadding
  }
}
