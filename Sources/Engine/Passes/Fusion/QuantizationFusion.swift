public import ModelGraph
import Operators
import Tensors

/// Fuses a QuantizeLinear into the product of quantized matrices before it: `IntegerLinear → QuantizeLinear` becomes an
/// IntegerLinear that returns bytes, so that the real numbers between the two are never written to memory.
///
/// Results are the same to the bit. One constant scale and a zero point of uint8 or int8 must hold for the whole result,
/// nothing else may use the real numbers, and the product may have a bias but no other addend.
public struct QuantizationFusion: GraphPass {
  public let name = "quantization-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      let node = rewriter.nodes[index]
      guard let parameters = rewriter.byteParameters(of: node), let input = node.inputs[0], rewriter.isUsedOnce(input),
        let producer = rewriter.producer(of: input), rewriter.canQuantize(rewriter.nodes[producer])
      else { return }
      var fused = rewriter.nodes[producer]
      while fused.inputs.count <= addendOfIntegerLinear { fused.inputs.append(nil) }
      fused.inputs += parameters
      rewriter.replace(index, by: fused, absorbing: [producer])
    }
  }
}

/// The input of an IntegerLinear that is its addend. Behind it come the scale and the zero point of its result.
private let addendOfIntegerLinear = 7

extension BodyRewriter {
  /// The scale and the zero point of a QuantizeLinear to bytes, where these are constant and hold for the whole tensor.
  fileprivate func byteParameters(of node: Node) -> [ValueID]? {
    guard node.operatorName == OperatorName("QuantizeLinear"), node.inputs.count == 3, let scale = node.inputs[1],
      let zeroPoint = node.inputs[2], let scales = constant(scale), let zeros = constant(zeroPoint),
      scales.type == .float32, zeros.type == .uint8 || zeros.type == .int8,
      [scales, zeros].allSatisfy({ $0.count == 1 && $0.shape.rank <= 1 }), (node.int("block_size") ?? 0) == 0,
      (node.int("precision") ?? 0) == 0
    else { return nil }
    return [scale, zeroPoint]
  }

  /// Whether a node is an IntegerLinear without an addend that returns real numbers.
  fileprivate func canQuantize(_ node: Node) -> Bool {
    node.operatorName == OperatorName("IntegerLinear", domain: internalDomain)
      && node.inputs.dropFirst(addendOfIntegerLinear).allSatisfy { $0 == nil }
  }
}
