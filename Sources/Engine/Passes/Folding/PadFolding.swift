public import ModelGraph
import OrderedCollections
import Tensors

/// Folds a Pad with zeros of the spatial axes into the padding of the convolution or average pooling behind it.
///
/// The counts must be constant and not negative. An AveragePool must count what is padded, or have no padding yet.
public struct PadFolding: GraphPass {
  public let name = "pad-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    let version = model.opset
    try model.rewriteNodes(context) { index, rewriter in
      guard let node = rewriter.padded(index, version: version), let input = rewriter.nodes[index].inputs[0],
        let pad = rewriter.producer(of: input)
      else { return }
      rewriter.replace(index, by: node, absorbing: [pad])
    }
  }
}

extension BodyRewriter {
  /// The window operator at `index` with the Pad before it in its own padding.
  fileprivate func padded(_ index: Int, version: Int) -> Node? {
    var node = nodes[index]
    guard let rank = spatialRank(of: node), ["NOTSET", "VALID"].contains(node.string("auto_pad") ?? "NOTSET"),
      let input = node.inputs[0], isUsedOnce(input), let pad = producer(of: input, "Pad"),
      let added = spatialPads(of: nodes[pad], rank: rank, version: version)
    else { return nil }
    var pads = [Int64](repeating: 0, count: 2 * rank)
    if case .ints(let own)? = node.attributes["pads"], node.string("auto_pad") != "VALID" { pads = own }
    guard pads.count == added.count else { return nil }
    if node.operatorName.type == "AveragePool" {
      let counts = (node.int("count_include_pad") ?? 0) != 0 || pads.allSatisfy { $0 == 0 }
      guard version >= 7, counts, (node.int("ceil_mode") ?? 0) == 0, fits(added, in: node) else { return nil }
      node.attributes["count_include_pad"] = .int(1)
    }
    node.inputs[0] = nodes[pad].inputs[0]
    node.attributes["auto_pad"] = nil
    node.attributes["pads"] = .ints(zip(pads, added).map { $0 + $1 })
    return node
  }

  /// The number of spatial axes of an operator that can pad with zeros itself.
  private func spatialRank(of node: Node) -> Int? {
    switch (node.operatorName.domain, node.operatorName.type) {
    case ("", "Conv"), ("com.microsoft", "FusedConv"):
      return constant(node.inputs[1]).flatMap { $0.shape.rank > 2 ? $0.shape.rank - 2 : nil }
    case ("", "AveragePool"):
      if case .ints(let kernel)? = node.attributes["kernel_shape"] { return kernel.count }
      return nil
    default: return nil
    }
  }

  /// Whether no window lies in the added padding alone.
  private func fits(_ pads: [Int64], in node: Node) -> Bool {
    guard case .ints(let kernel)? = node.attributes["kernel_shape"] else { return false }
    return pads.indices.allSatisfy { pads[$0] < kernel[$0 % kernel.count] }
  }

  /// The counts before and behind each spatial axis; nil where the node does anything but pad these with zeros.
  private func spatialPads(of pad: Node, rank: Int, version: Int) -> [Int64]? {
    guard (pad.string("mode") ?? "constant") == "constant", let all = counts(of: pad, version: version),
      all.count == 2 * (rank + 2), all.allSatisfy({ $0 >= 0 && $0 < 1 << 16 }), isZero(pad, version: version)
    else { return nil }
    let (before, after) = (all[..<(rank + 2)], all[(rank + 2)...])
    guard before.prefix(2).allSatisfy({ $0 == 0 }), after.prefix(2).allSatisfy({ $0 == 0 }) else { return nil }
    return Array(before.dropFirst(2)) + Array(after.dropFirst(2))
  }

  private func counts(of pad: Node, version: Int) -> [Int64]? {
    guard version >= 11 else {
      if case .ints(let values)? = pad.attributes["pads"] { return values }
      return nil
    }
    guard pad.inputs.count >= 2, pad.inputs.count < 4 || pad.inputs[3] == nil, let counts = constant(pad.inputs[1]),
      counts.type == .int64
    else { return nil }
    return counts.array(of: Int64.self)
  }

  private func isZero(_ pad: Node, version: Int) -> Bool {
    guard version >= 11 else { return (pad.float("value") ?? 0) == 0 }
    guard pad.inputs.count > 2, let value = pad.inputs[2] else { return true }
    return constant(value)?.widened(compute).firstFloat == 0
  }
}
