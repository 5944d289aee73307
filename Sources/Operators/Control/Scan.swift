import Kernels
import Tensors

/// Scan (ONNX 9, 11, 16, …): a body run over the entries of its scanned inputs, carrying state along.
///
/// The body takes the state and one entry of each scanned input; it gives the state and the values to be stacked.
struct Scan: Operator {
  static let schema = OperatorSchema(
    "Scan", versions: 9...newestOpset, inputs: 1...Int.max, outputs: [.computed], bfloat16Since: 16,
    acceptsHalf: true)

  private let body: any GraphFunction
  private let stateCount: Int
  private let inputAxes: [Int]
  private let inputsReversed: [Bool]
  private let outputAxes: [Int]
  private let outputsReversed: [Bool]

  init(_ node: NodeReader) throws(OperatorError) {
    body = try node.graph("body")
    let scannedCount = try node.requiredInt("num_scan_inputs")
    guard (1...max(node.inputCount, 1)).contains(scannedCount) else {
      throw .attribute("num_scan_inputs", "is \(scannedCount), expected 1 to \(node.inputCount)")
    }
    stateCount = node.inputCount - scannedCount
    guard body.inputCount == node.inputCount, body.outputCount == node.outputCount, body.outputCount >= stateCount
    else {
      throw .attribute(
        "body",
        "has \(body.inputCount) inputs and \(body.outputCount) outputs, "
          + "expected \(node.inputCount) and \(node.outputCount)"
      )
    }
    let stackedCount = node.outputCount - stateCount
    inputAxes = try Self.list(node, "scan_input_axes", count: scannedCount)
    inputsReversed = try Self.list(node, "scan_input_directions", count: scannedCount).map { $0 != 0 }
    outputAxes = try Self.list(node, "scan_output_axes", count: stackedCount)
    outputsReversed = try Self.list(node, "scan_output_directions", count: stackedCount).map { $0 != 0 }
  }

  private static func list(_ node: NodeReader, _ name: String, count: Int) throws(OperatorError) -> [Int] {
    guard let values = try node.ints(name) else { return [Int](repeating: 0, count: count) }
    guard values.count == count else { throw .attribute(name, "has \(values.count) elements, expected \(count)") }
    return values
  }

  func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    body.outputTypes.enumerated().map { index, type in
      type ?? (index < stateCount && index < inputs.count ? inputs[index] : nil)
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    var state = (0..<stateCount).map { inputs[$0] }
    var sequences: [ScannedSequence] = []
    for (index, axis) in inputAxes.enumerated() {
      let parameter = ParameterAxis(value: axis, source: .attribute("scan_input_axes"))
      sequences.append(
        try ScannedSequence(inputs[stateCount + index], axis: parameter, reversed: inputsReversed[index]))
    }
    let length = sequences[0].length
    for (index, sequence) in sequences.enumerated() where sequence.length != length {
      throw .input(stateCount + index, "has \(sequence.length) entries to scan, but input \(stateCount) has \(length)")
    }

    var stacks = [ScanOutput](repeating: ScanOutput(), count: outputAxes.count)
    for step in 0..<length {
      var arguments = state
      for sequence in sequences { arguments.append(try sequence.entry(step, inputs.compute)) }
      let results = try body.call(arguments, captured: inputs.captured, compute: inputs.compute)
      state = Array(results.prefix(stateCount))
      for (index, part) in results[stateCount...].enumerated() { try stacks[index].append(part) }
    }

    var outputs = state
    for (index, stack) in stacks.enumerated() {
      let axis = ParameterAxis(value: outputAxes[index], source: .attribute("scan_output_axes"))
      outputs.append(
        try stack.stacked(
          axis: axis, reversed: outputsReversed[index], fallback: body.outputTypes[stateCount + index], inputs.compute))
    }
    return outputs
  }
}

/// A tensor whose entries along one axis are handed out one after the other.
private struct ScannedSequence {
  let tensor: Tensor
  let axis: Int
  let reversed: Bool

  init(_ tensor: Tensor, axis: ParameterAxis, reversed: Bool) throws(OperatorError) {
    self.tensor = tensor
    self.axis = try axis.source.normalizedAxis(axis.value, rank: tensor.shape.rank)
    self.reversed = reversed
  }

  var length: Int { tensor.shape[axis] }

  /// The entry of a step, without the axis.
  func entry(_ step: Int, _ compute: Compute) throws(OperatorError) -> Tensor {
    var dimensions = tensor.shape.dimensions
    var strides = tensor.shape.strides
    let offset = (reversed ? length - 1 - step : step) * strides[axis]
    dimensions.remove(at: axis)
    strides.remove(at: axis)
    return try StridedCopy(tensor, shape: Shape(dimensions), offset: offset, strides: strides, compute: compute)
      .result()
  }
}
