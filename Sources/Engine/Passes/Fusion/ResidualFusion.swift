public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Fuses the sum of a convolution and another value into the convolution: `Conv → Add` becomes the internal form of
/// Conv, which adds while the result is still in registers.
///
/// Nothing else may use the convolution's result, and its weights must be constant. Whether the two shapes are the same
/// is known at run time only; the internal operator then broadcasts as Add does. Both operands lie in the order that
/// `ChannelsLastLayout` gave them, so the pass comes after that one.
public struct ResidualFusion: GraphPass {
  public let name = "residual-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard rewriter.nodes[index].operatorName == OperatorName("Add") else { return }
      var operands = rewriter.operands(of: rewriter.nodes[index])
      // The later of two convolutions takes the result of the other one.
      operands.sort { rewriter.producer(of: $0.0) ?? -1 > rewriter.producer(of: $1.0) ?? -1 }
      for (sum, residual) in operands {
        guard sum != residual, let producer = rewriter.producer(of: sum), rewriter.isUsedOnce(sum),
          rewriter.constant(residual) == nil, let convolution = rewriter.floatConvolution(at: producer),
          convolution.inputs.count < 4, convolution.attributes["activation"] == nil
        else { continue }
        var fused = convolution
        fused.operatorName = OperatorName("Conv", domain: internalDomain)
        while fused.inputs.count < 3 { fused.inputs.append(nil) }
        fused.inputs.append(residual)
        return rewriter.replace(index, by: fused, absorbing: [producer])
      }
    }
  }
}

extension BodyRewriter {
  /// The node at `index`, where it is a convolution with constant weights that is computed in float32.
  func floatConvolution(at index: Int) -> Node? {
    let node = nodes[index]
    switch (node.operatorName.domain, node.operatorName.type) {
    case ("", "Conv"), ("com.microsoft", "FusedConv"), (internalDomain, "Conv"): break
    default: return nil
    }
    guard let weight = constant(node.inputs[1]), weight.type == .float32 || weight.type.isHalf else { return nil }
    return node
  }
}
