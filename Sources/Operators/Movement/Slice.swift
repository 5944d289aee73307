import Tensors

/// Slice (ONNX 1, 10, 11, 13): every `step`-th entry from `start` up to `end`, along some of the axes.
///
/// The bounds are inputs since version 10, which also brings the steps. Bounds outside an axis are moved to its ends.
struct Slice: Operator {
  static let schema = OperatorSchema("Slice", inputs: 1...5, acceptsHalf: true)

  private let starts: IntegerParameter
  private let ends: IntegerParameter
  private let axes: IntegerParameter
  private let hasSteps: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    starts = try IntegerParameter(node, attribute: "starts", input: 1, since: 10)
    ends = try IntegerParameter(node, attribute: "ends", input: 2, since: 10)
    axes = try IntegerParameter(node, attribute: "axes", input: 3, since: 10)
    hasSteps = node.version >= 10
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let starts = try starts.values(inputs)
    let ends = try ends.values(inputs)
    let named = try axes.optionalValues(inputs) ?? Array(starts.indices)
    let steps = (hasSteps ? try inputs.optionalIntegers(4) : nil) ?? starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == named.count, starts.count == steps.count else {
      let counts = "\(starts.count) starts, \(ends.count) ends, \(named.count) axes and \(steps.count) steps"
      throw OperatorError(.input, "the slice has \(counts)")
    }
    guard !steps.contains(0) else { throw .input(4, "has a step of 0") }

    let input = inputs[0]
    var dimensions = input.shape.dimensions
    var strides = input.shape.strides
    var offset = 0
    for (index, axis) in try axes.source.normalizedAxes(named, rank: input.shape.rank).enumerated() {
      let range = SliceRange(start: starts[index], end: ends[index], step: steps[index], size: dimensions[axis])
      offset += range.first * strides[axis]
      dimensions[axis] = range.count
      // The step of a single entry is never taken, and may be too large to multiply.
      strides[axis] *= range.count > 1 ? steps[index] : 1
    }
    return [
      try StridedCopy(input, shape: Shape(dimensions), offset: offset, strides: strides, compute: inputs.compute)
        .result()
    ]
  }
}

/// The entries that a slice takes along one axis.
public struct SliceRange: Sendable {
  public let first: Int
  public let count: Int

  /// The entries of an axis of `size`, the bounds being those of the node; `step` is not 0.
  public init(start: Int, end: Int, step: Int, size: Int) {
    let start = start < 0 ? start + size : start
    // Backwards, the largest integer means the end all the same, as it does in ONNX Runtime.
    let isOpen = step < 0 && (end == Int(Int32.max) || end == Int.max)
    let end = isOpen ? -1 : end < 0 ? end + size : end
    if step > 0 {
      first = min(max(start, 0), size)
      let distance = min(max(end, 0), size) - first
      count = distance > 0 ? (distance - 1) / step + 1 : 0
    } else {
      first = max(min(max(start, 0), size - 1), 0)
      let distance = min(first, size - 1) - min(max(end, -1), size - 1)
      count = distance > 0 ? (distance - 1) / Int(clamping: step.magnitude) + 1 : 0
    }
  }
}
