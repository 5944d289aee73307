public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Fuses an activation into the convolution, the matrix product or the normalization of channels before it.
///
/// `Conv → Relu` becomes FusedConv and `Gemm → Relu` FusedGemm, both of com.microsoft; what these do not know becomes
/// the internal Conv or Linear. Normalizations keep their names and get the attributes of FusedConv. Weights and scales
/// must be constant, and nothing else may use the result without activation.
/// Clamping is applied while the result is still in registers, any other function to the finished result, in place.
public struct ActivationFusion: GraphPass {
  public let name = "activation-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      let node = rewriter.nodes[index]
      guard let activation = FusedActivation(node, constant: { rewriter.constant($0)?.widened(rewriter.compute) }),
        let input = node.inputs[0],
        rewriter.isUsedOnce(input), let producer = rewriter.producer(of: input),
        let fused = rewriter.fusing(activation, into: producer)
      else { return }
      rewriter.replace(index, by: fused, absorbing: [producer])
    }
  }
}

extension BodyRewriter {
  /// The node at `index` with an activation; nil where it takes none or has one already.
  fileprivate func fusing(_ activation: FusedActivation, into index: Int) -> Node? {
    guard nodes[index].attributes["activation"] == nil else { return nil }
    if var convolution = floatConvolution(at: index) {
      let isInternal = convolution.operatorName.domain == internalDomain || !activation.isStandard
      convolution.operatorName =
        isInternal ? OperatorName("Conv", domain: internalDomain) : OperatorName("FusedConv", domain: "com.microsoft")
      convolution.attributes.merge(activation.attributes) { _, new in new }
      return convolution
    }
    if nodes[index].operatorName == OperatorName("Gemm"), activation.isStandard, hasFloatWeights(nodes[index]) {
      var gemm = nodes[index]
      gemm.operatorName = OperatorName("FusedGemm", domain: "com.microsoft")
      gemm.attributes.merge(activation.gemmAttributes) { _, new in new }
      return gemm
    }
    if isNormalization(nodes[index]), constant(nodes[index].inputs[1])?.type == .float32 {
      var normalization = nodes[index]
      normalization.attributes.merge(activation.attributes) { _, new in new }
      return normalization
    }
    guard var linear = linear(from: nodes[index]) ?? integerLinear(from: nodes[index]) else { return nil }
    linear.attributes.merge(activation.attributes) { _, new in new }
    return linear
  }

  private func isNormalization(_ node: Node) -> Bool {
    let types: Set = ["BatchNormalization", "InstanceNormalization", "GroupNormalization"]
    return node.operatorName.domain == "" && types.contains(node.operatorName.type)
  }
}
