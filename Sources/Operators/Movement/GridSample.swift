import Kernels
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
    let shape = try inputs[0].type.outputShape(
      Array(data.dimensions[..<2]) + grid.dimensions[1..<grid.rank - 1])
    guard inputs[1].type.isFloatingPoint else {
      throw .input(1, "has type \(inputs[1].type), expected a floating-point type")
    }
    guard shape.count == 0 || data.count > 0 else { throw .input(0, "has shape \(data), which has nothing to sample") }
    let coordinates = try inputs[1].cast(to: .float32, inputs.compute).aligned()
    let plane = data.count(of: 2..<data.rank)
    guard plane <= GridReader.largestPlane else {
      throw .unsupported("sampling of more than \(GridReader.largestPlane) elements at once is not supported")
    }
    let points = shape.count > 0 ? points(coordinates, of: data, inputs.compute) : []
    switch inputs[0].type {
    case .float32: return [sample(inputs[0].aligned(), plane: plane, at: points, shape, inputs.compute)]
    case .float64: return [sample(inputs[0].aligned(), plane: plane, at: points, shape)]
    default: throw .unsupported("sampling of elements of type \(inputs[0].type) is not supported")
    }
  }

  private func points(_ grid: Tensor, of data: Shape, _ compute: Compute) -> [[SamplingPoints]] {
    let reader = GridReader(
      lengths: Array(data.dimensions[2...]), alignsCorners: alignsCorners, padding: padding,
      interpolation: interpolation)
    return compute.points(of: grid.span(of: Float.self), batches: data[0], reader)
  }

  private func sample(
    _ input: Tensor, plane: Int, at points: [[SamplingPoints]], _ shape: Shape, _ compute: Compute
  ) -> Tensor {
    Tensor(shape, of: Float.self) { output in
      guard shape.count > 0 else { return }
      compute.sample(input.span(of: Float.self), planes: shape[1], plane: plane, at: points, into: &output)
    }
  }

  /// The same in float64.
  private func sample(_ input: Tensor, plane: Int, at points: [[SamplingPoints]], _ shape: Shape) -> Tensor {
    Tensor(shape, of: Double.self) { output in
      let elements = input.span(of: Double.self)
      var target = 0
      for batch in points.indices {
        for channel in batch * shape[1]..<(batch + 1) * shape[1] {
          let own = elements.extracting(channel * plane..<(channel + 1) * plane)
          for part in points[batch] {
            for point in 0..<part.count {
              output[target] = part.value(of: point, in: own)
              target += 1
            }
          }
        }
      }
    }
  }
}

extension SamplingPoints {
  fileprivate func value(of point: Int, in plane: Span<Double>) -> Double {
    var sum = 0.0
    for tap in 0..<taps {
      let weight = weights[tap * count + point]
      if weight == 0, weight.sign == .minus { continue }
      sum += Double(weight) * plane[Int(offsets[tap * count + point])]
    }
    return sum
  }
}
