import Tensors

/// Loop (ONNX 1, 11, 13, …): a body run again and again, up to a trip count and while its condition holds.
///
/// The body takes the iteration number, the condition and the carried values; it gives the condition, the carried
/// values and the values to be stacked.
struct Loop: Operator {
  static let schema = OperatorSchema(
    "Loop", inputs: 0...Int.max, outputs: [.computed], bfloat16Since: 16, acceptsHalf: true)

  private let body: any GraphFunction
  private let carriedCount: Int

  init(_ node: NodeReader) throws(OperatorError) {
    body = try node.graph("body")
    carriedCount = max(node.inputCount - 2, 0)
    guard body.inputCount == carriedCount + 2, body.outputCount == node.outputCount + 1,
      node.outputCount >= carriedCount
    else {
      throw .attribute(
        "body",
        "has \(body.inputCount) inputs and \(body.outputCount) outputs, "
          + "expected \(carriedCount + 2) and \(node.outputCount + 1)"
      )
    }
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    body.outputTypes.dropFirst().enumerated().map { index, type in
      type ?? (index < carriedCount && index + 2 < inputs.count ? inputs[index + 2] : nil)
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let tripCount = inputs.optional(0) == nil ? Int.max : try inputs.singleInteger(0)
    // Without a condition the body's own is ignored.
    let isConditional = inputs.optional(1) != nil
    var condition = isConditional ? try inputs.singleBoolean(1) : true
    var carried: [Tensor] = []
    for index in 0..<carriedCount {
      guard let value = inputs.optional(index + 2) else { throw .input(index + 2, "is missing") }
      carried.append(value)
    }
    var stacks = [ScanOutput](repeating: ScanOutput(), count: body.outputCount - 1 - carriedCount)

    var iteration = 0
    while iteration < tripCount, condition || !isConditional {
      let arguments = [Tensor(scalar: Int64(iteration)), Tensor(scalar: Boolean(condition))] + carried
      let results = try body.call(arguments, captured: inputs.captured, compute: inputs.compute)
      condition = try truth(results[0])
      carried = Array(results.dropFirst().prefix(carriedCount))
      for (index, part) in results[(carriedCount + 1)...].enumerated() { try stacks[index].append(part) }
      iteration += 1
    }

    var outputs = carried
    for (index, stack) in stacks.enumerated() {
      outputs.append(
        try stack.stacked(
          axis: ParameterAxis(value: 0, source: .attribute("body")), reversed: false,
          fallback: body.outputTypes[carriedCount + 1 + index], inputs.compute))
    }
    return outputs
  }

  private func truth(_ condition: Tensor) throws(OperatorError) -> Bool {
    guard condition.type == .bool, condition.count == 1 else {
      throw .attribute("body", "gives a condition of type \(condition.type) and shape \(condition.shape)")
    }
    return condition.array(of: Boolean.self)[0].value
  }
}
