public import ModelGraph
import Operators

/// Turns islands between DequantizeLinear and QuantizeLinear into integer operators.
///
/// `DQ → Conv → Relu → Q` becomes one QLinearConv, and so on, in the operators that ONNX and ONNX Runtime's contrib
/// domain define for the purpose. The result is the one that these operators define: products are summed exactly and
/// rounded once. An island that no rule covers keeps running in float32.
public struct IntegerIslands: GraphPass {
  public let name = "integer-islands"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      var matcher = IslandMatcher(body: body, model: model, registry: context.registry)
      for index in body.nodes.indices {
        for rule in Self.rules {
          guard let island = rule(index, &matcher) else { continue }
          matcher.replace(index, by: island)
          break
        }
      }
      matcher.finish(&body, &model)
    }
  }

  /// What an island's first node, by index, can become; nil where the rule does not cover it.
  typealias Rule = @Sendable (Int, inout IslandMatcher) -> Island?

  /// Each rule covers operators of its own, so that their order does not matter.
  private static let rules: [Rule] = [
    convolutionIsland, matrixProductIsland, gemmIsland, binaryIsland, unaryIsland, concatenationIsland,
    movementIsland,
  ]
}

/// One integer node in place of several float ones.
struct Island {
  var node: Node
  /// The nodes that it replaces besides the first one.
  var absorbed: [Int]
}
