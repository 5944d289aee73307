import Tensors

/// Where the windows of a convolution or of pooling lie on the data, axis by axis.
struct WindowGeometry: Sendable, Hashable {
  struct Axis: Sendable, Hashable {
    var input: Int
    var kernel: Int
    var stride = 1
    var dilation = 1
    var padBefore = 0
    var padAfter = 0
    /// The number of windows along the axis.
    var output = 1

    /// How many elements the window spans, holes of the dilation included.
    var extent: Int { (kernel - 1) * dilation + 1 }

    /// Where the window at `position` starts; negative in the padding.
    func start(_ position: Int) -> Int { position * stride - padBefore }

    /// The taps of the window at `position` that fall on data.
    func taps(at position: Int) -> Range<Int> {
      let start = start(position)
      let first = start >= 0 ? 0 : (-start).dividedRoundingUp(by: dilation)
      let end = start >= input ? 0 : min(kernel, (input - start).dividedRoundingUp(by: dilation))
      return first..<max(first, end)
    }

    /// How many taps of the window at `position` fall on data or padding, but not past both.
    func paddedTaps(at position: Int) -> Int {
      min(kernel, max(0, input + padAfter - start(position)).dividedRoundingUp(by: dilation))
    }
  }

  /// One element of a window that falls on data.
  struct Tap {
    /// The position in the window, row-major.
    let kernel: Int
    /// The position in the data, row-major over the spatial axes.
    let input: Int
  }

  let axes: [Axis]
  let inputCount: Int
  let kernelCount: Int
  let outputCount: Int

  init(_ axes: [Axis]) throws(OperatorError) {
    self.axes = axes
    inputCount = try Self.product(axes.map(\.input))
    kernelCount = try Self.product(axes.map(\.kernel))
    outputCount = try Self.product(axes.map(\.output))
  }

  var output: [Int] { axes.map(\.output) }

  /// The coordinates of the window with this row-major index.
  func coordinates(ofWindow index: Int) -> [Int] {
    var rest = index
    var coordinates = [Int](repeating: 0, count: axes.count)
    for axis in axes.indices.reversed() {
      coordinates[axis] = rest % axes[axis].output
      rest /= axes[axis].output
    }
    return coordinates
  }

  /// Replaces the contents of `taps` by the taps on data of one window, in row-major order.
  func collectTaps(ofWindow index: Int, into taps: inout [Tap]) {
    taps.removeAll(keepingCapacity: true)
    taps.append(Tap(kernel: 0, input: 0))
    for (axis, position) in zip(axes, coordinates(ofWindow: index)) {
      let start = axis.start(position)
      let along = axis.taps(at: position)
      var next: [Tap] = []
      next.reserveCapacity(taps.count * along.count)
      for outer in taps {
        for tap in along {
          next.append(
            Tap(
              kernel: outer.kernel * axis.kernel + tap,
              input: outer.input * axis.input + start + tap * axis.dilation))
        }
      }
      taps = next
    }
  }

  /// How many elements of one window fall on data or padding.
  func paddedTaps(ofWindow index: Int) -> Int {
    zip(axes, coordinates(ofWindow: index)).reduce(1) { $0 * $1.0.paddedTaps(at: $1.1) }
  }

  private static func product(_ sizes: [Int]) throws(OperatorError) -> Int {
    guard let shape = Shape(validating: sizes) else { throw .input(0, "leads to sizes \(sizes), which are too large") }
    return shape.count
  }
}
