import Tensors

/// If (ONNX 1, 11, 13, …): what one of two bodies gives, as the condition says.
struct If: Operator {
  static let schema = OperatorSchema(
    "If", inputs: 1...1, outputs: [.computed], bfloat16Since: 16, acceptsHalf: true)

  private let thenBranch: any GraphFunction
  private let elseBranch: any GraphFunction
  private let outputCount: Int

  init(_ node: NodeReader) throws(OperatorError) {
    thenBranch = try node.graph("then_branch")
    elseBranch = try node.graph("else_branch")
    outputCount = node.outputCount
    for (name, branch) in [("then_branch", thenBranch), ("else_branch", elseBranch)] {
      guard branch.inputCount == 0, branch.outputCount == outputCount else {
        throw .attribute(
          name, "has \(branch.inputCount) inputs and \(branch.outputCount) outputs, expected 0 and \(outputCount)")
      }
    }
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    zip(thenBranch.outputTypes, elseBranch.outputTypes).map { $0 ?? $1 }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let branch = try inputs.singleBoolean(0) ? thenBranch : elseBranch
    return try branch.call([], captured: inputs.captured, compute: inputs.compute)
  }
}
