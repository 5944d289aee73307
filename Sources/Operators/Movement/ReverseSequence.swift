import Tensors

/// ReverseSequence (ONNX 10, 28): for each entry of the batch axis, its first entries along the time axis in reverse.
struct ReverseSequence: Operator {
  static let schema = OperatorSchema(
    "ReverseSequence", versions: 10...newestOpset, inputs: 2...2, bfloat16Since: 28, acceptsHalf: true)

  private let batchAxis: Int
  private let timeAxis: Int

  init(_ node: NodeReader) throws(OperatorError) {
    batchAxis = try node.int("batch_axis", default: 1)
    timeAxis = try node.int("time_axis", default: 0)
    guard [[0, 1], [1, 0]].contains([batchAxis, timeAxis]) else {
      throw .attribute("batch_axis", "is \(batchAxis) and \"time_axis\" is \(timeAxis), expected 0 and 1 in some order")
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let shape = inputs[0].shape
    guard shape.rank >= 2 else { throw .input(0, "has shape \(shape), expected at least two axes") }
    let lengths = try inputs.integers(1)
    let time = shape[timeAxis]
    guard inputs[1].shape.rank == 1, lengths.count == shape[batchAxis], lengths.allSatisfy({ (0...time).contains($0) })
    else {
      throw .input(1, "is \(lengths), expected \(shape[batchAxis]) lengths of 0 to \(time)")
    }
    let runLength = shape.count(of: 2..<shape.rank)
    var starts: [Int] = []
    for first in 0..<shape[0] {
      for second in 0..<shape[1] {
        let (batch, step) = batchAxis == 0 ? (first, second) : (second, first)
        let source = step < lengths[batch] ? lengths[batch] - 1 - step : step
        let run = batchAxis == 0 ? batch * shape[1] + source : source * shape[1] + batch
        starts.append(run * runLength)
      }
    }
    return [try RunGather(inputs[0], shape: shape, runLength: runLength, starts: starts).result()]
  }
}
