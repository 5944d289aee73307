import Engine
import Kernels
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

/// Checks what a pass leaves behind those before it, and that on every tier results are the same to the bit as without it.
func checkExactFusion(
  _ graph: GraphBuilder, _ pass: any GraphPass, after before: [any GraphPass], leaves types: [String],
  on inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let passes = before + [pass]
  var model = graph.model
  for pass in passes { model = try model.applying(pass) }
  #expect(model.operatorTypes == types, sourceLocation: sourceLocation)
  for tier in KernelTier.available {
    let compute = Compute(tier: tier, threads: 2)
    let expected = try run(graph.model, inputs, passes: before, compute: compute)
    for passes in [passes, PassList.standard] {
      let actual = try run(graph.model, inputs, passes: passes, compute: compute)
      #expect(actual.map(\.shape) == expected.map(\.shape), sourceLocation: sourceLocation)
      #expect(actual.map(\.floats) == expected.map(\.floats), sourceLocation: sourceLocation)
    }
  }
}
