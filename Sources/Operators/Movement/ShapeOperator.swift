import Tensors

/// Shape (ONNX 1, 13, 15, …): the dimensions of its input, from `start` up to `end` since version 15.
struct ShapeOperator: Operator {
  static let schema = OperatorSchema("Shape", inputs: 1...1, outputs: [.fixed(.int64)], acceptsHalf: true)

  private let start: Int
  private let end: Int?

  init(_ node: NodeReader) throws(OperatorError) {
    start = try node.int("start", default: 0)
    end = try node.int("end")
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let dimensions = inputs[0].shape.dimensions
    func clamped(_ axis: Int) -> Int {
      min(max(axis < 0 ? axis + dimensions.count : axis, 0), dimensions.count)
    }
    let first = clamped(start)
    let slice = dimensions[first..<max(first, clamped(end ?? dimensions.count))]
    return [Tensor([slice.count], slice.map { Int64($0) })]
  }
}
