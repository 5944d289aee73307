import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// DQ, DQ → Conv → Q becomes QLinearConv (ONNX 10).
@Sendable func convolutionIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  guard node.operatorName == OperatorName("Conv"), let input = matcher.source(of: node.inputs[0]), input.axis == nil,
    let weight = matcher.source(of: node.inputs[1]),
    let channels = matcher.constant(weight.value)?.shape.dimensions.first,
    weight.axis == nil || weight.axis == 0, let destination = matcher.destination(of: node.outputs[0])
  else { return nil }
  var inputs = input.inputs + weight.inputs + destination.quantized.parameters
  if node.inputs.count > 2, let bias = node.inputs[2] {
    guard let integer = matcher.integerBias(bias, channels: channels, input: input, weight: weight) else { return nil }
    inputs.append(integer)
  }
  return Island(
    node: Node(
      name: node.name, OperatorName("QLinearConv"), inputs: inputs, outputs: [destination.quantized.value],
      attributes: node.attributes),
    absorbed: destination.absorbed)
}

/// DQ, DQ → MatMul → Q becomes QLinearMatMul (ONNX 10); without the Q, com.microsoft MatMulIntegerToFloat.
@Sendable func matrixProductIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  guard node.operatorName == OperatorName("MatMul"), let left = matcher.source(of: node.inputs[0]), left.axis == nil,
    let right = matcher.source(of: node.inputs[1])
  else { return nil }
  if let axis = right.axis {
    guard let weight = matcher.constant(right.value), weight.shape.rank == 2, axis == 1 || axis == -1 else {
      return nil
    }
  }
  if let destination = matcher.destination(of: node.outputs[0]) {
    return Island(
      node: Node(
        name: node.name, OperatorName("QLinearMatMul"),
        inputs: left.inputs + right.inputs + destination.quantized.parameters,
        outputs: [destination.quantized.value]),
      absorbed: destination.absorbed)
  }
  return Island(
    node: Node(
      name: node.name, OperatorName("MatMulIntegerToFloat", domain: "com.microsoft"),
      inputs: [left.value, right.value, left.scale, right.scale, left.zeroPoint, right.zeroPoint],
      outputs: node.outputs),
    absorbed: [])
}

/// DQ, DQ → Gemm → Q becomes com.microsoft QGemm; its output parameters are left out where no Q follows.
@Sendable func gemmIsland(_ index: Int, _ matcher: inout IslandMatcher) -> Island? {
  let node = matcher.nodes[index]
  let transposesWeight = (node.int("transB") ?? 0) != 0
  guard node.operatorName == OperatorName("Gemm"), let left = matcher.source(of: node.inputs[0]), left.axis == nil,
    let right = matcher.source(of: node.inputs[1]), let shape = matcher.constant(right.value)?.shape, shape.rank == 2,
    (node.int("transA") ?? 0) == 0, (node.float("alpha") ?? 1) == 1, (node.float("beta") ?? 1) == 1
  else { return nil }
  if let axis = right.axis {
    guard (axis < 0 ? axis + 2 : axis) == (transposesWeight ? 0 : 1) else { return nil }
  }
  var inputs = left.inputs + right.inputs
  if node.inputs.count > 2, let bias = node.inputs[2] {
    let channels = shape[transposesWeight ? 0 : 1]
    guard let integer = matcher.integerBias(bias, channels: channels, input: left, weight: right) else { return nil }
    inputs.append(integer)
  } else {
    inputs.append(nil)
  }
  let destination = matcher.destination(of: node.outputs[0])
  if let destination { inputs += destination.quantized.parameters }
  return Island(
    node: Node(
      name: node.name, OperatorName("QGemm", domain: "com.microsoft"), inputs: inputs,
      outputs: destination.map { [$0.quantized.value] } ?? node.outputs,
      attributes: ["transB": .int(transposesWeight ? 1 : 0)]),
    absorbed: destination?.absorbed ?? [])
}

extension IslandMatcher {
  /// A bias as the int32 that joins the integer sums, its scale that of the products; nil where it is not constant,
  /// not one number per channel, does not fit in 32 bits or was quantized with another scale.
  mutating func integerBias(_ bias: ValueID, channels: Int, input: Quantized, weight: Quantized) -> ValueID? {
    guard let inputScale = constant(input.scale)?.firstFloat,
      let weightScales = constant(weight.scale)?.array(of: Float.self),
      weightScales.count == 1 || weightScales.count == channels
    else { return nil }
    let scales = (0..<channels).map { Double(inputScale) * Double(weightScales[weightScales.count == 1 ? 0 : $0]) }
    if let quantized = integers(of: bias) { return isBias(quantized, scales: scales) ? quantized.value : nil }
    guard let values = constant(bias), values.type == .float32, values.count == channels,
      let integers = quantizedBias(values.array(of: Float.self), scales: scales)
    else { return nil }
    return addConstant(Tensor([integers.count], integers))
  }

  /// Whether a quantized bias can join sums of these scales as it is.
  private func isBias(_ quantized: Quantized, scales: [Double]) -> Bool {
    guard quantized.type == .int32, let stored = constant(quantized.value), stored.type == .int32,
      stored.count == scales.count,
      constant(quantized.zeroPoint)?.array(of: Int32.self).allSatisfy({ $0 == 0 }) == true,
      let storedScales = constant(quantized.scale)?.array(of: Float.self),
      storedScales.count == 1 || storedScales.count == scales.count
    else { return false }
    return scales.indices.allSatisfy { channel in
      abs(Double(storedScales[storedScales.count == 1 ? 0 : channel]) - scales[channel]) <= 1e-4 * scales[channel]
    }
  }

  /// The nearest integers, ties to even; nil where one does not fit in 32 bits.
  private func quantizedBias(_ values: [Float], scales: [Double]) -> [Int32]? {
    var integers: [Int32] = []
    for (value, scale) in zip(values, scales) {
      guard let integer = Int32(exactly: (Double(value) / scale).rounded(.toNearestOrEven)) else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
