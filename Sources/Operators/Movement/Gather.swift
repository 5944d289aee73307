import Kernels
import Tensors

/// Gather (ONNX 1, 11, 13): the entries of `axis` that input 1 names, which takes the place of that axis.
struct Gather: Operator {
  static let schema = OperatorSchema("Gather", inputs: 2...2, acceptsHalf: true)

  private let axis: Int
  /// For entries that are the same in every run, what was made of them last.
  private var latestRows: LatestResult<Shape, PatternedRows.Plan>?

  init(_ node: NodeReader) throws(OperatorError) { axis = try node.int("axis", default: 0) }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    var prepared = self
    prepared.latestRows = constants[1] == nil ? nil : LatestResult()
    return prepared
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = inputs[0]
    let axis = try data.shape.axisAttribute(axis)
    let outerCount = data.shape.count(of: 0..<axis)
    guard outerCount != 1 else {
      let entries = try inputs.entryIndices(1, count: data.shape[axis])
      let runLength = data.shape.count(of: axis + 1..<data.shape.rank)
      let shape = try shape(data, axis, inputs[1].shape)
      return [
        try RunGather(data, shape: shape, runLength: runLength, starts: entries.map { $0 * runLength }).result()
      ]
    }
    let plan =
      if let latestRows {
        try latestRows.value(for: data.shape) { () throws(OperatorError) in try rows(inputs, data, axis) }
      } else {
        try rows(inputs, data, axis)
      }
    return [try PatternedRows(data, plan, inputs.compute).result()]
  }

  private func shape(_ data: Tensor, _ axis: Int, _ entries: Shape) throws(OperatorError) -> Shape {
    let dimensions = data.shape.dimensions
    return try data.type.outputShape(Array(dimensions[..<axis]) + entries.dimensions + dimensions[(axis + 1)...])
  }

  /// A row for each place along the axes before this one.
  private func rows(
    _ inputs: OperatorInputs, _ data: Tensor, _ axis: Int
  ) throws(OperatorError) -> PatternedRows.Plan {
    let runLength = data.shape.count(of: axis + 1..<data.shape.rank)
    let entries = try inputs.entryIndices(1, count: data.shape[axis])
    let stride = runLength * data.shape[axis]
    return PatternedRows.Plan(
      shape: try shape(data, axis, inputs[1].shape),
      bases: (0..<data.shape.count(of: 0..<axis)).map { $0 * stride },
      pattern: RowPattern(
        runLength > 0 ? entries.map { RowPattern.Segment(start: $0 * runLength, count: runLength) } : []))
  }
}
