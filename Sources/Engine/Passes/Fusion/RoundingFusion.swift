public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Lets matrix products round their left operand themselves, where a HalfRounding did: rows are then rounded as the
/// kernel copies them, and no rounded tensor is written to memory and read again.
///
/// `HalfRounding → MatMul` or Gemm becomes the internal operator Linear. Between the two, the shape may change. All that
/// reads the rounded elements must be such products with constant weights, or else the HalfRounding stays.
public struct RoundingFusion: GraphPass {
  public let name = "rounding-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let products = RoundedProducts(body, model, context)
      var sources: [ValueID: ValueID] = [:]
      for node in body.nodes {
        guard node.operatorName == OperatorName("HalfRounding", domain: internalDomain),
          let input = node.inputs[0], model[input].type == .float32, let output = node.outputs[0],
          let type = node.attributes["to"], let indices = products.reading(output)
        else { continue }
        for index in indices {
          body.nodes[index] = products.linear(at: index)!
          body.nodes[index].attributes["rounding"] = type
        }
        sources[output] = input
      }
      guard !sources.isEmpty else { return }
      body.nodes.removeAll { $0.outputs.first.flatMap { $0 }.map { sources[$0] != nil } ?? false }
      for index in body.nodes.indices {
        body.nodes[index].inputs = body.nodes[index].inputs.map { $0.map { sources[$0] ?? $0 } }
      }
    }
  }
}

/// The products of a body that can round their left operand.
private struct RoundedProducts {
  private let rewriter: BodyRewriter
  private let uses: Uses
  /// The values that must stay what they are: those that leave the body or are used within a nested one.
  private let fixed: Set<ValueID>

  init(_ body: Body, _ model: Model, _ context: PassContext) {
    rewriter = BodyRewriter(body, model, context)
    uses = Uses(of: body)
    fixed = uses.outputs.union(body.nodes.flatMap(\.captures))
  }

  /// The node at `index` as a Linear; nil where it is no product, or one that rounds already.
  func linear(at index: Int) -> Node? {
    guard rewriter.isKnown(index), let linear = rewriter.linear(from: rewriter.nodes[index]),
      linear.attributes["rounding"] == nil
    else { return nil }
    return linear
  }

  /// The products whose left operand `value` is, perhaps in another shape; nil where anything else reads it.
  func reading(_ value: ValueID) -> [Int]? {
    var products: [Int] = []
    var pending = [value]
    while let value = pending.popLast() {
      guard !fixed.contains(value) else { return nil }
      for index in uses.consumers[value] ?? [] {
        let node = rewriter.nodes[index]
        guard node.inputs.filter({ $0 == value }).count == 1, node.inputs[0] == value else { return nil }
        if linear(at: index) != nil {
          products.append(index)
        } else if rewriter.isKnown(index), Self.reshaping.contains(node.operatorName) {
          pending += node.outputs.compactMap { $0 }
        } else {
          return nil
        }
      }
    }
    return products
  }

  /// Operators that return all elements of their first input in the same order.
  private static let reshaping = Set(
    ["Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"].map { OperatorName($0) })
}
