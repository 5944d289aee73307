import Kernels
import Tensors

extension Broadcast {
  /// The plan for tensors of two shapes.
  init(of first: Shape, with second: Shape) throws(OperatorError) {
    guard let plan = Broadcast(first, second) else { throw Self.mismatch([first, second]) }
    self = plan
  }

  static func mismatch(_ shapes: [Shape]) -> OperatorError {
    let names = shapes.map(\.description)
    let list = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    if let result = Shape.common(of: shapes) {
      return OperatorError(.input, "inputs of shapes \(list) lead to a result of \(result), which is too large")
    }
    return OperatorError(.input, "inputs of shapes \(list) do not broadcast")
  }

  /// Applies a function to each pair of elements of two tensors of the planned shapes.
  ///
  /// Inlined, so that each function gets loops of its own.
  @inline(__always)
  func combine<Left: TensorElement, Right: TensorElement, Result: TensorElement>(
    _ left: Tensor, _ right: Tensor, _ function: (Left, Right) -> Result
  ) -> Tensor {
    let leftElements = left.span(of: Left.self)
    let rightElements = right.span(of: Right.self)
    var builder = TensorBuilder<Result>(shape)
    var output = builder.span
    for row in 0..<rowCount {
      let run = run(row)
      let leftRow = leftElements.extracting(run.firstStart..<run.firstStart + (run.firstStride == 0 ? 1 : run.count))
      let rightRow = rightElements.extracting(
        run.secondStart..<run.secondStart + (run.secondStride == 0 ? 1 : run.count))
      var results = output._mutatingExtracting(run.start..<run.start + run.count)
      if leftRow.count == rightRow.count {
        for index in results.indices { results[index] = function(leftRow[index], rightRow[index]) }
      } else if rightRow.count == 1 {
        let constant = rightRow[0]
        for index in results.indices { results[index] = function(leftRow[index], constant) }
      } else {
        let constant = leftRow[0]
        for index in results.indices { results[index] = function(constant, rightRow[index]) }
      }
    }
    return builder.finish()
  }
}

extension OperatorInputs {
  /// Checks that an input broadcasts to the shape of input 0 (ONNX calls it unidirectional).
  func requireBroadcast(_ index: Int) throws(OperatorError) {
    guard Broadcast(self[0].shape, self[index].shape)?.shape == self[0].shape else {
      throw .input(index, "has shape \(self[index].shape), which does not broadcast to \(self[0].shape)")
    }
  }
}
