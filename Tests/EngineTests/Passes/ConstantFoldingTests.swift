import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ConstantFoldingTests {
  private func chain() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("a", [2], [1, 2])
    graph.constant("b", [2], [10, 20])
    graph.node("Add", ["a", "b"], ["c"])
    graph.node("Mul", ["c", "b"], ["d"])
    graph.node("Add", ["x", "d"], ["y"])
    graph.output("y")
    return graph
  }

  @Test func chainsOfConstantsAreComputedOnce() throws {
    let model = try chain().model.applying(ConstantFolding())
    #expect(model.listing == ["y = Add(x, d)"])
    #expect(model.value(named: "d")?.constant?.floats == [110, 440])
  }

  @Test func largeResultsAreLeftToTheRun() throws {
    let model = try chain().model.applying(ConstantFolding(largestResult: 7))
    #expect(model.listing == ["c = Add(a, b)", "d = Mul(c, b)", "y = Add(x, d)"])
  }

  @Test func randomNodesStay() throws {
    var graph = GraphBuilder()
    graph.constant("c", [2], [1, 2])
    graph.node("RandomNormalLike", ["c"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(ConstantFolding()).operatorTypes == ["RandomNormalLike"])
  }

  @Test func nodesThatFailStay() throws {
    var graph = GraphBuilder()
    graph.constant("a", [2], [1, 2])
    graph.constant("b", [3], [1, 2, 3])
    graph.node("Add", ["a", "b"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(ConstantFolding()).listing == ["y = Add(a, b)"])
  }

  @Test func outputsThatAreNotWantedAreSkipped() throws {
    var graph = GraphBuilder()
    graph.input("x", [1])
    graph.constant("c", [3], [5, 9, 7])
    graph.constant("k", Tensor([1], [1 as Int64]))
    graph.node("TopK", ["c", "k"], ["", "place"], name: "top")
    graph.node("Cast", ["place"], ["real"], ["to": .int(1)])
    graph.node("Add", ["x", "real"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ConstantFolding())
    #expect(model.listing == ["y = Add(x, real)"])
    #expect(model.value(named: "real")?.constant?.floats == [1])
  }

  // MARK: Models that are written

  private func listingOfFoldedWrittenModel(_ body: (inout GraphBuilder) -> Void) throws -> [String] {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2])
    graph.constant("a", Tensor([1, 400], repeating: 1 as Float))
    body(&graph)
    return try graph.model.applying(ConstantFolding(keepsSize: true)).listing
  }

  @Test func aResultOfTheSameSizeIsFolded() throws {
    #expect(
      try listingOfFoldedWrittenModel { graph in
        graph.node("Transpose", ["a"], ["b"])
        graph.node("MatMul", ["x", "b"], ["y"])
        graph.output("y")
      } == ["y = MatMul(x, b)"])
  }

  @Test func aLargerResultIsNot() throws {
    #expect(
      try listingOfFoldedWrittenModel { graph in
        graph.constant("shape", Tensor([2], [50 as Int64, 400]))
        graph.node("Expand", ["a", "shape"], ["b"])
        graph.node("MatMul", ["x", "b"], ["y"])
        graph.output("y")
      } == ["b = Expand(a, shape)", "y = MatMul(x, b)"])
  }

  @Test func anOutputIsNot() throws {
    #expect(
      try listingOfFoldedWrittenModel { graph in
        graph.node("Transpose", ["a"], ["y"])
        graph.output("y")
      } == ["y = Transpose(a)"])
  }

  @Test func whatLiesInABranchIsNot() throws {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    graph.constant("a", [2], [1, 2])
    let branch = Body(outputs: [graph.value("b")], nodes: [graph.makeNode("Neg", ["a"], ["b"])])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
    graph.output("y")
    let model = try graph.model.applying(ConstantFolding(keepsSize: true))
    #expect(model.main.nodes[0].bodies.map { $0.nodes.count } == [1, 1])
  }
}
