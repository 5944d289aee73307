import Tensors

/// CenterCropPad (ONNX 18): cut or padded with zeros at both ends alike, so that axes get the sizes in input 1.
struct CenterCropPad: Operator {
  static let schema = OperatorSchema(
    "CenterCropPad", versions: 18...newestOpset, inputs: 2...2, acceptsHalf: true)

  private let axes: [Int]?
  private let entries = PaddingEntries()

  init(_ node: NodeReader) throws(OperatorError) { axes = try node.ints("axes") }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    let sizes = try inputs.integers(1)
    let axes = try ParameterSource.attribute("axes").normalizedAxes(
      self.axes ?? Array(0..<shape.rank), rank: shape.rank)
    guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 && $0 <= Int32.max }) else {
      throw .input(1, "is \(sizes), expected the sizes of \(axes.count) axes")
    }
    var ranges = shape.dimensions.map { PaddedRange(size: $0, before: 0, after: 0) }
    for (axis, size) in zip(axes, sizes) {
      // An odd entry is cut off, or added, at the end.
      let added = size - shape[axis]
      ranges[axis] = PaddedRange(size: shape[axis], before: added / 2, after: added - added / 2)
    }
    let zero = try Tensor(scalar: Boolean(false)).cast(to: inputs[0].type, inputs.compute)
    return [
      try inputs[0].padded(
        ranges, mode: .constant, value: zero, countsFrom: .input(1), entries, inputs.compute)
    ]
  }
}
