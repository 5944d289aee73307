import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Checks that passes leave nodes of these types, in this order, and keep the results.
func checkFusion(
  _ graph: GraphBuilder, _ passes: [any GraphPass], leaves types: [String], on inputs: [Tensor],
  tolerance: Float = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var rewritten = graph.model
  for pass in passes { rewritten = try rewritten.applying(pass) }
  #expect(rewritten.operatorTypes == types, sourceLocation: sourceLocation)
  let expected = try run(graph.model, inputs)
  for passes in [passes, PassList.standard] {
    let actual = try run(graph.model, inputs, passes: passes)
    for (output, reference) in zip(actual, expected) {
      #expect(output.relativeDifference(from: reference) <= tolerance, sourceLocation: sourceLocation)
    }
  }
}
