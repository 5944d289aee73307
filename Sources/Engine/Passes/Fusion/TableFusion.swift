public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Fuses a table into the quantized convolution before it: `QLinearConv → ByteLookup` becomes a QLinearConv of ours, which
/// looks its results up while they are in the nearest cache.
///
/// Nothing else may use the results, and the table must keep their type.
public struct TableFusion: GraphPass {
  public let name = "table-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      let node = rewriter.nodes[index]
      guard node.operatorName == OperatorName("ByteLookup", domain: internalDomain), let input = node.inputs[0],
        let table = node.inputs[1], rewriter.isUsedOnce(input),
        let producer = rewriter.producer(of: input, "QLinearConv"), let results = rewriter.constant(table),
        rewriter.constant(rewriter.nodes[producer].inputs[7])?.type == results.type
      else { return }
      var fused = rewriter.nodes[producer]
      fused.operatorName = OperatorName("QLinearConv", domain: internalDomain)
      while fused.inputs.count <= biasOfConvolution { fused.inputs.append(nil) }
      fused.inputs.append(table)
      rewriter.replace(index, by: fused, absorbing: [producer])
    }
  }
}

/// The input of a QLinearConv that is its bias. Behind it comes the table.
private let biasOfConvolution = 8
