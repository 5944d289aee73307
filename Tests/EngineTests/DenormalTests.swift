import Engine
import ModelTesting
import Tensors
import Testing

@Suite struct DenormalTests {
  /// 10⁻³⁰ · 10⁻¹⁰ is a denormal number.
  @Test func aRunTakesDenormalNumbersForZeroAndLeavesItsCallerAlone() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.input("factor", [2])
    graph.node("Mul", ["x", "factor"], ["y"])
    graph.output("y")
    let inputs = [Tensor([2], [1e-30, 3] as [Float]), Tensor([2], [1e-10, 2] as [Float])]
    #expect(try run(graph.model, inputs)[0].floats == [0, 6])
    #expect(inputs[0].floats[0] * inputs[1].floats[0] > 0)
  }
}
