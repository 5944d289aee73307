import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Nested bodies: what they capture, and how they are visited and rewritten.
@Suite struct BodyTests {
  /// If whose branch holds another If; the inner body uses `a` and `b` of the main one and `c` of the branch.
  private func nested() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    graph.input("a", [2])
    graph.constant("b", [2], [1, 2])
    let inner = Body(
      name: "inner", outputs: [graph.value("e")],
      nodes: [graph.makeNode("Add", ["a", "b"], ["d"]), graph.makeNode("Add", ["c", "d"], ["e"])])
    let branch = Body(
      name: "branch", outputs: [graph.value("f")],
      nodes: [
        graph.makeNode("Neg", ["a"], ["c"]),
        graph.makeNode("If", ["flag"], ["f"], ["then_branch": .graph(inner), "else_branch": .graph(inner)]),
      ])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch)])
    graph.output("y")
    return graph
  }

  @Test func capturesAreWhatABodyUsesAndDoesNotDefine() throws {
    let model = nested().model
    let branch = try #require(model.main.nodes[0].bodies.first)
    #expect(branch.captures.map { model[$0].name } == ["a", "flag", "b"])
    #expect(branch.nodes[1].bodies[0].captures.map { model[$0].name } == ["a", "b", "c"])
    #expect(model.main.captures.isEmpty)
  }

  @Test func anOutputThatComesFromOutsideIsCaptured() {
    var graph = GraphBuilder()
    let body = Body(outputs: [graph.value("outside")])
    #expect(body.captures == [graph.value("outside")])
  }

  @Test func bodiesAreVisitedOutermostFirst() {
    var names: [String] = []
    nested().model.main.forEachBody { names.append($0.name) }
    #expect(names == ["", "branch", "inner", "inner"])
  }

  @Test func bodiesAreRewrittenInnermostFirst() {
    var main = nested().model.main
    var names: [String] = []
    main.rewriteBodies { body in
      names.append(body.name)
      body.name += "'"
    }
    #expect(names == ["inner", "inner", "branch", ""])
    var rewritten: [String] = []
    main.forEachBody { rewritten.append($0.name) }
    #expect(rewritten == ["'", "branch'", "inner'", "inner'"])
  }
}
