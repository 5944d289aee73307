public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Joins convolutions whose results are only joined along their channels into the internal operator ConcatenatedConv,
/// which computes each where it belongs in the joined result: `Conv, Conv → Concat` needs no copy.
///
/// Nothing else may use the convolutions' results, and their weights must be constant and not depthwise. The results must
/// be channels last, so the pass comes after `ChannelsLastLayout`, and after the passes that fuse into a Conv.
public struct ConcatenationFusion: GraphPass {
  public let name = "concatenation-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      let node = rewriter.nodes[index]
      guard node.operatorName == OperatorName("Concat"), [3, -1].contains(node.int("axis")),
        let producers = rewriter.joinedConvolutions(node)
      else { return }
      rewriter.replace(index, by: rewriter.joining(producers, name: node.name), absorbing: producers)
    }
  }
}

extension BodyRewriter {
  /// The convolutions that a concatenation joins, in order; nil where it also joins something else.
  fileprivate func joinedConvolutions(_ node: Node) -> [Int]? {
    guard node.inputs.count > 1 else { return nil }
    var producers: [Int] = []
    for input in node.inputs {
      guard isUsedOnce(input), let producer = producer(of: input), !producers.contains(producer),
        let convolution = floatConvolution(at: producer), convolution.inputs.count <= 3,
        convolution.int("channels_last") == 1, let weight = constant(convolution.inputs[1])?.shape, weight.rank == 4,
        (convolution.int("group") ?? 1) == 1 || weight[1] > 1
      else { return nil }
      producers.append(producer)
    }
    return producers
  }

  fileprivate func joining(_ convolutions: [Int], name: String) -> Node {
    var joined = Node(
      name: name, OperatorName("ConcatenatedConv", domain: internalDomain), inputs: [], outputs: [])
    for (branch, index) in convolutions.enumerated() {
      let convolution = nodes[index]
      joined.inputs += convolution.inputs
      while joined.inputs.count % 3 != 0 { joined.inputs.append(nil) }
      joined.attributes["\(branch).name"] = .string(Array(convolution.name.utf8))
      for (name, attribute) in convolution.attributes { joined.attributes["\(branch).\(name)"] = attribute }
    }
    return joined
  }
}
