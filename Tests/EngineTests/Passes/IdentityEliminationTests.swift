import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct IdentityEliminationTests {
  private func listing(_ opset: Int = 13, _ body: (inout GraphBuilder) -> Void) throws -> [String] {
    var graph = GraphBuilder(opset: opset)
    graph.input("x", [2])
    body(&graph)
    return try graph.model.applying(IdentityElimination()).listing
  }

  @Test func whatUsedTheResultUsesTheInput() throws {
    #expect(
      try listing { graph in
        graph.node("Identity", ["x"], ["a"])
        graph.node("Dropout", ["a"], ["b"])
        graph.node("Add", ["a", "b"], ["y"])
        graph.output("y")
      } == ["y = Add(x, x)"])
  }

  @Test func anOutputOfTheModelStays() throws {
    #expect(
      try listing { graph in
        graph.node("Neg", ["x"], ["a"])
        graph.node("Identity", ["a"], ["y"])
        graph.output("y")
      } == ["a = Neg(x)", "y = Identity(a)"])
  }

  @Test func aMaskIsNotTheInput() throws {
    #expect(
      try listing { graph in
        graph.node("Dropout", ["x"], ["a", "mask"])
        graph.node("Neg", ["a"], ["y"])
        graph.output("y", "mask")
      }.count == 2)
  }

  @Test func aMaskThatANodeUsesIsNotTheInput() throws {
    #expect(
      try listing { graph in
        graph.node("Dropout", ["x"], ["a", "mask"])
        graph.node("Where", ["mask", "a", "x"], ["y"])
        graph.output("y")
      }.count == 2)
  }

  @Test func aMaskThatNothingUsesIsNoReasonToStay() throws {
    #expect(
      try listing { graph in
        graph.node("Dropout", ["x"], ["a", "mask"])
        graph.node("Neg", ["a"], ["y"])
        graph.output("y")
      } == ["y = Neg(x)"])
  }

  @Test(arguments: [false, true]) func trainingStays(trains: Bool) throws {
    let listing = try listing { graph in
      graph.constant("training", Tensor(scalar: Boolean(trains)))
      graph.node("Dropout", ["x", "", "training"], ["a"])
      graph.node("Neg", ["a"], ["y"])
      graph.output("y")
    }
    #expect(listing.count == (trains ? 2 : 1))
  }

  @Test func whatABranchUsesStays() throws {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    graph.input("x", [2])
    graph.node("Identity", ["x"], ["a"])
    let branch = Body(outputs: [graph.value("b")], nodes: [graph.makeNode("Abs", ["a"], ["b"])])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
    graph.output("y")
    #expect(try graph.model.applying(IdentityElimination()).operatorTypes == ["Identity", "If"])
  }
}
