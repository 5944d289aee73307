import Tensors

/// GridSample (ONNX 16, 20, 22): each channel read at the positions that a grid names, between its entries where need
/// be. Coordinates run from −1 to 1, the innermost axis first.
struct GridSample: Operator {
  static let schema = OperatorSchema(
    "GridSample", versions: 16...newestOpset, inputs: 2...2, bfloat16Since: 22)

  private let interpolation: GridInterpolation
  private let padding: GridPadding
  private let alignsCorners: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    alignsCorners = try node.flag("align_corners", default: false)
    padding = try node.choice("padding_mode", default: .zeros)
    // Version 20 renamed two modes when it allowed more than two spatial axes.
    let names = node.version < 20 ? ["bilinear", "nearest", "bicubic"] : ["linear", "nearest", "cubic"]
    let mode = try node.string("mode", default: names[0])
    switch names.firstIndex(of: mode) {
    case 0: interpolation = .linear
    case 1: interpolation = .nearest
    case 2: interpolation = .cubic
    default:
      let known = names.map { "\"\($0)\"" }.joined(separator: ", ")
      throw .attribute("mode", "is \"\(mode)\", expected one of \(known)")
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = inputs[0].shape
    let grid = inputs[1].shape
    guard data.rank >= 3, grid.rank == data.rank, grid[0] == data[0], grid[grid.rank - 1] == data.rank - 2 else {
      throw .input(1, "has shape \(grid), which is no grid for shape \(data)")
    }
    let axes = data.dimensions[2...].map {
      GridAxis(length: $0, alignsCorners: alignsCorners, padding: padding, interpolation: interpolation)
    }
    let shape = try inputs[0].type.outputShape(
      Array(data.dimensions[..<2]) + grid.dimensions[1..<grid.rank - 1])
    guard inputs[1].type.isFloatingPoint else {
      throw .input(1, "has type \(inputs[1].type), expected a floating-point type")
    }
    guard shape.count == 0 || data.count > 0 else { throw .input(0, "has shape \(data), which has nothing to sample") }
    let coordinates = try inputs[1].cast(to: .float32, inputs.compute).aligned()
    switch inputs[0].type {
    case .float32: return [sample(inputs[0].aligned(), coordinates, axes, shape, Float.self)]
    case .float64: return [sample(inputs[0].aligned(), coordinates, axes, shape, Double.self)]
    default: throw .unsupported("sampling of elements of type \(inputs[0].type) is not supported")
    }
  }

  private func sample<Element: TensorElement & BinaryFloatingPoint>(
    _ input: Tensor, _ grid: Tensor, _ axes: [GridAxis], _ shape: Shape, _: Element.Type
  ) -> Tensor {
    let channels = shape[1]
    let places = shape.count(of: 2..<shape.rank)
    let plane = input.shape.count(of: 2..<input.shape.rank)
    return Tensor(shape, of: Element.self) { output in
      guard shape.count > 0 else { return }
      let elements = input.span(of: Element.self)
      let coordinates = grid.span(of: Float.self)
      for place in 0..<shape[0] * places {
        let taps = taps(axes, coordinates, at: place * axes.count)
        let (batch, position) = (place / places, place % places)
        for channel in batch * channels..<(batch + 1) * channels {
          var sum: Element = 0
          for (offset, weight) in taps { sum += Element(weight) * elements[channel * plane + offset] }
          output[channel * places + position] = sum
        }
      }
    }
  }

  /// The elements of a channel to mix for one point of the grid: every combination of the axes' entries.
  private func taps(
    _ axes: [GridAxis], _ coordinates: Span<Float>, at start: Int
  ) -> [(offset: Int, weight: Float)] {
    var taps: [(offset: Int, weight: Float)] = [(0, 1)]
    for (index, axis) in axes.enumerated() {
      // The innermost axis comes first in the grid.
      let along = axis.taps(at: coordinates[start + axes.count - 1 - index])
      taps = taps.flatMap { tap in
        along.compactMap { step in
          step.entry.map { (tap.offset * axis.length + $0, tap.weight * step.weight) }
        }
      }
    }
    return taps
  }
}
