import Conversion
import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Bodies keep float32 at their boundary and convert inside.
@Suite struct HalfControlFlowTests {
  private func convert(_ graph: GraphBuilder) throws -> Model {
    var model = graph.model
    for pass in HalfPrecisionConversion.preparation { try pass.apply(to: &model, context) }
    return HalfPrecisionConversion(to: .float16).convert(model, compute: compute).model
  }

  /// y = flag ? relu(x·2) : x·2 + c, with x·2 captured from outside.
  private func branches() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    graph.input("x", [3])
    graph.constant("two", 2)
    graph.constant("c", [3], [0.5, 1, 1.5])
    graph.node("Mul", ["x", "two"], ["d"])
    let relu = graph.makeNode("Relu", ["d"], ["a"])
    let add = graph.makeNode("Add", ["d", "c"], ["b"])
    graph.declare("a", .float32)
    graph.declare("b", .float32)
    let then = Body(outputs: [graph.value("a")], nodes: [relu])
    let other = Body(outputs: [graph.value("b")], nodes: [add])
    graph.node("If", ["flag"], ["i"], ["then_branch": .graph(then), "else_branch": .graph(other)])
    graph.declare("i", .float32)
    graph.node("Neg", ["i"], ["y"])
    graph.declare("y", .float32)
    graph.output("y")
    return graph
  }

  @Test func branchesComputeInHalfAndReturnFloat32() throws {
    let model = try convert(branches())
    #expect(model.operatorTypes == ["Cast", "Mul", "If", "Cast", "Neg", "Cast"])
    let bodies = model.main.nodes[2].bodies
    #expect(bodies.map { $0.nodes.map(\.operatorName.type) } == [["Relu", "Cast"], ["Add", "Cast"]])
    for body in bodies { #expect(body.outputs.map { model[$0].type } == [.float32]) }
  }

  @Test(arguments: [true, false]) func branchesKeepTheirResults(flag: Bool) throws {
    let inputs = [Tensor(scalar: Boolean(flag)), Tensor([3], [-1 as Float, 0.25, 3])]
    let expected = try run(branches().model, inputs)
    #expect(try run(convert(branches()), inputs)[0].floats == expected[0].floats)
  }

  /// Doubles x four times, collecting every state.
  private func loop() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("count", Tensor(scalar: Int64(4)))
    graph.constant("yes", Tensor(scalar: Boolean(true)))
    graph.declare("i", .int64, [])
    graph.declare("going", .bool, [])
    graph.declare("state", .float32, [2])
    let nodes = [
      graph.makeNode("Identity", ["going"], ["goes"]), graph.makeNode("Add", ["state", "state"], ["next"]),
      graph.makeNode("Neg", ["next"], ["scan"]),
    ]
    graph.declare("next", .float32)
    graph.declare("scan", .float32)
    let body = Body(
      inputs: ["i", "going", "state"].map { graph.value($0) },
      outputs: ["goes", "next", "scan"].map { graph.value($0) },
      nodes: nodes)
    graph.node("Relu", ["x"], ["start"])
    graph.node("Loop", ["count", "yes", "start"], ["last", "all"], ["body": .graph(body)])
    graph.declare("last", .float32)
    graph.declare("all", .float32)
    graph.output("last", "all")
    return graph
  }

  @Test func loopsCarryFloat32() throws {
    let model = try convert(loop())
    let inputs = [Tensor([2], [1 as Float, 3])]
    let outputs = try run(model, inputs)
    #expect(outputs[0].floats == [16, 48])
    #expect(outputs[1].floats == [-2, -6, -4, -12, -8, -24, -16, -48])
    let body = try #require(model.main.nodes.first { $0.operatorName.type == "Loop" }?.bodies.first)
    #expect(body.inputs.map { model[$0].type } == [.int64, .bool, .float32])
    #expect(body.outputs.dropFirst().map { model[$0].type } == [.float32, .float32])
    #expect(
      body.nodes.contains { node in
        node.operatorName.type == "Add" && node.inputs.allSatisfy { model[$0!].type == .float16 }
      })
  }
}
