import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct DeadNodeEliminationTests {
  @Test func nodesThatNothingUsesGo() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.node("Neg", ["x"], ["a"])
    graph.node("Abs", ["a"], ["b"])
    graph.node("Relu", ["x"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(DeadNodeElimination()).listing == ["y = Relu(x)"])
  }

  @Test func aNodeStaysForOneOfItsOutputs() throws {
    var graph = GraphBuilder()
    graph.input("x", [4])
    graph.constant("parts", Tensor([2], [1 as Int64, 3]))
    graph.node("Split", ["x", "parts"], ["a", "b"])
    graph.output("b")
    #expect(try graph.model.applying(DeadNodeElimination()).operatorTypes == ["Split"])
  }

  @Test func whatABranchCapturesStays() throws {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    graph.input("x", [2])
    graph.node("Neg", ["x"], ["a"])
    let inner = graph.makeNode("Abs", ["a"], ["b"])
    let unused = graph.makeNode("Exp", ["a"], ["c"])
    let branch = Body(outputs: [graph.value("b")], nodes: [inner, unused])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
    graph.output("y")
    let model = try graph.model.applying(DeadNodeElimination())
    #expect(model.operatorTypes == ["Neg", "If"])
    #expect(model.main.nodes[1].bodies.map { $0.nodes.map(\.operatorName.type) } == [["Abs"], ["Abs"]])
  }
}
