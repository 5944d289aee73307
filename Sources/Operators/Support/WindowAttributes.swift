/// The attributes that say how a window moves over the spatial axes, shared by convolutions and pooling.
struct WindowAttributes: Sendable {
  enum AutoPad: String, CaseIterable, Sendable {
    case notSet = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
  }

  /// The size of the window, where the node gives it.
  let kernelShape: [Int]?
  let autoPad: AutoPad
  private let strides: [Int]?
  private let dilations: [Int]?
  private let pads: [Int]?
  /// Whether a last window that reaches past the padded input counts (`ceil_mode`).
  private let keepsPartialWindows: Bool

  /// Reads the attributes; `allowsPartialWindows` says whether the operator has `ceil_mode`.
  init(_ node: NodeReader, allowsPartialWindows: Bool = false) throws(OperatorError) {
    kernelShape = try node.sizes("kernel_shape", atLeast: 1)
    autoPad = try node.choice("auto_pad", default: .notSet)
    strides = try node.sizes("strides", atLeast: 1)
    dilations = try node.sizes("dilations", atLeast: 1)
    pads = try node.sizes("pads", atLeast: 0)
    keepsPartialWindows = allowsPartialWindows ? try node.flag("ceil_mode", default: false) : false
  }

  func strides(rank: Int) throws(OperatorError) -> [Int] { try values(strides, of: "strides", rank, default: 1) }
  func dilations(rank: Int) throws(OperatorError) -> [Int] { try values(dilations, of: "dilations", rank, default: 1) }

  /// The padding before and after the data, per axis.
  func pads(rank: Int) throws(OperatorError) -> (before: [Int], after: [Int]) {
    guard let pads else {
      let none = [Int](repeating: 0, count: rank)
      return (none, none)
    }
    guard pads.count == 2 * rank else { throw .attribute("pads", wrongCount(pads.count, rank, expected: 2 * rank)) }
    return (Array(pads[..<rank]), Array(pads[rank...]))
  }

  /// The size of the window of a pooling operator, which must give it.
  func requiredKernel(rank: Int) throws(OperatorError) -> [Int] {
    guard let kernelShape else { throw .attribute("kernel_shape", "is missing") }
    guard kernelShape.count == rank else {
      throw .attribute("kernel_shape", wrongCount(kernelShape.count, rank, expected: rank))
    }
    return kernelShape
  }

  /// Where the windows lie on data with the given spatial sizes.
  func geometry(input: [Int], kernel: [Int]) throws(OperatorError) -> WindowGeometry {
    let rank = input.count
    let strides = try strides(rank: rank)
    let dilations = try dilations(rank: rank)
    let (before, after) = try pads(rank: rank)
    var axes: [WindowGeometry.Axis] = []
    for axis in 0..<rank {
      var placed = WindowGeometry.Axis(
        input: input[axis], kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
        padBefore: before[axis], padAfter: after[axis])
      try place(&placed, axis: axis)
      axes.append(placed)
    }
    return try WindowGeometry(axes)
  }

  /// Sets the padding that `auto_pad` asks for, and the number of windows.
  private func place(_ axis: inout WindowGeometry.Axis, axis index: Int) throws(OperatorError) {
    switch autoPad {
    case .notSet: break
    case .valid: (axis.padBefore, axis.padAfter) = (0, 0)
    case .sameUpper, .sameLower:
      axis.output = axis.input.dividedRoundingUp(by: axis.stride)
      let total = max(0, (axis.output - 1) * axis.stride + axis.extent - axis.input)
      let smaller = total / 2
      axis.padBefore = autoPad == .sameUpper ? smaller : total - smaller
      axis.padAfter = total - axis.padBefore
      return
    }
    let padded = axis.input + axis.padBefore + axis.padAfter
    let room = padded - axis.extent
    // The only window may be a partial one, if the next one would start behind the data.
    guard room >= 0 || (keepsPartialWindows && padded > 0 && -room < axis.stride) else {
      throw .input(
        0,
        "has \(padded) elements with padding on spatial axis \(index), fewer than the \(axis.extent) of the window")
    }
    axis.output = (keepsPartialWindows ? max(room, 0).dividedRoundingUp(by: axis.stride) : room / axis.stride) + 1
    // A window that would start in the padding after the data does not count.
    if keepsPartialWindows, (axis.output - 1) * axis.stride >= axis.input + axis.padBefore { axis.output -= 1 }
  }

  private func values(
    _ list: [Int]?, of name: String, _ rank: Int, default value: Int
  ) throws(OperatorError) -> [Int] {
    guard let list else { return [Int](repeating: value, count: rank) }
    guard list.count == rank else { throw .attribute(name, wrongCount(list.count, rank, expected: rank)) }
    return list
  }

  private func wrongCount(_ count: Int, _ rank: Int, expected: Int) -> String {
    "has \(count) values, expected \(expected) for \(rank) spatial axes"
  }
}

extension NodeReader {
  /// A list of sizes, each at least `minimum` and small enough that products of two do not overflow.
  func sizes(_ name: String, atLeast minimum: Int) throws(OperatorError) -> [Int]? {
    guard let list = try ints(name) else { return nil }
    for value in list where value < minimum {
      throw .attribute(name, "has the value \(value), expected \(minimum) or more")
    }
    for value in list where value > Int(Int32.max) {
      throw .attribute(name, "has the value \(value), expected \(Int32.max) or less")
    }
    return list
  }

  /// Whether the engine's layout pass hands this node its data with the channels last.
  var isChannelsLast: Bool {
    get throws(OperatorError) { try flag("channels_last", default: false) }
  }
}

extension Int {
  /// This count divided by a positive one, rounded up.
  func dividedRoundingUp(by divisor: Int) -> Int { self / divisor + (self % divisor > 0 ? 1 : 0) }
}
