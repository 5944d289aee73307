import Tensors

/// Split (ONNX 2, 11, 13, 18): cut along `axis` into parts of given or equal sizes.
///
/// The sizes are an input since version 13. Since version 18 equal parts may leave a smaller last one.
struct Split: Operator {
  static let schema = OperatorSchema("Split", versions: 2...newestOpset, inputs: 1...2, acceptsHalf: true)

  private let axis: Int
  private let sizes: IntegerParameter
  private let partCount: Int
  private let allowsSmallerLastPart: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    sizes = try IntegerParameter(node, attribute: "split", input: 1, since: 13)
    partCount = try node.int("num_outputs", default: node.outputCount)
    allowsSmallerLastPart = node.version >= 18
    guard partCount == node.outputCount else {
      throw .attribute("num_outputs", "is \(partCount), but the node has \(node.outputCount) outputs")
    }
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let axis = try input.shape.axisAttribute(axis)
    var parts: [Tensor] = []
    var start = 0
    for size in try partSizes(inputs, of: input.shape[axis]) {
      let shape = Shape(input.shape.replacing(axis: axis, with: size))
      let strides = input.shape.strides
      parts.append(
        try StridedCopy(input, shape: shape, offset: start * strides[axis], strides: strides, compute: inputs.compute)
          .result())
      start += size
    }
    return parts
  }

  private func partSizes(_ inputs: OperatorInputs, of total: Int) throws(OperatorError) -> [Int] {
    if let given = try sizes.optionalValues(inputs) {
      guard given.count == partCount else {
        throw sizes.source.error("has \(given.count) sizes, but the node has \(partCount) outputs")
      }
      var rest = total
      for size in given {
        guard size >= 0, size <= rest else { break }
        rest -= size
      }
      guard given.allSatisfy({ $0 >= 0 && $0 <= total }), given.reduce(0, &+) == total, rest == 0 else {
        throw sizes.source.error("has the sizes \(given), which do not add up to \(total)")
      }
      return given
    }
    guard partCount > 0 else { return [] }
    let size = (total + partCount - 1) / partCount
    guard allowsSmallerLastPart || size * partCount == total else {
      throw .input(0, "has size \(total) along the axis, which does not split into \(partCount) equal parts")
    }
    return (0..<partCount).map { min(size, max(total - $0 * size, 0)) }
  }
}
