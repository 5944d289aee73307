import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct FloatCastEliminationTests {
  /// A half-precision input "x", and what is computed from it.
  private func graph(_ nodes: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [3], type: .float16)
    graph.declare("n", .float16)
    nodes(&graph)
    graph.output("y")
    return graph
  }

  private func check(
    _ graph: GraphBuilder, leaves types: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try graph.model.applying(FloatCastElimination()).operatorTypes == types, sourceLocation: sourceLocation)
    let input = Tensor([3], [0x3555, 0x0001, 0xBBFF].map { Half(bits: $0) })
    let expected = try run(graph.model, [input])
    let actual = try run(graph.model, [input], passes: [FloatCastElimination()])
    for (output, reference) in zip(actual, expected) {
      #expect(output.type == reference.type, sourceLocation: sourceLocation)
      #expect(output.floats.map(\.bitPattern) == reference.floats.map(\.bitPattern), sourceLocation: sourceLocation)
    }
  }

  @Test func aResultThatIsFloat32AlreadyIsNotCast() throws {
    let graph = graph {
      $0.node("Exp", ["x"], ["n"])
      $0.node("Cast", ["n"], ["y"], ["to": .int(1)])
    }
    try check(graph, leaves: ["Exp"])
  }

  @Test func aCastToAnotherTypeStays() throws {
    let graph = graph {
      $0.node("Exp", ["x"], ["n"])
      $0.node("Cast", ["n"], ["y"], ["to": .int(7)])
    }
    #expect(try graph.model.applying(FloatCastElimination()).operatorTypes == ["Exp", "Cast"])
  }

  @Test func aCastOfElementsThatOnlyMovedStays() throws {
    let graph = graph {
      $0.constant("s", Tensor([2], [3, 1] as [Int64]))
      $0.node("Reshape", ["x", "s"], ["n"])
      $0.node("Cast", ["n"], ["y"], ["to": .int(1)])
    }
    try check(graph, leaves: ["Reshape", "Cast"])
  }

  @Test func aResultThatAnythingElseUsesIsCast() throws {
    let read = graph {
      $0.node("Exp", ["x"], ["n"])
      $0.node("Cast", ["n"], ["f"], ["to": .int(1)])
      $0.node("Sqrt", ["n"], ["r"])
      $0.declare("r", .float16)
      $0.node("Cast", ["r"], ["g"], ["to": .int(1)])
      $0.node("Add", ["f", "g"], ["y"])
    }
    try check(read, leaves: ["Exp", "Cast", "Sqrt", "Add"])
    let returned = graph {
      $0.node("Exp", ["x"], ["n"])
      $0.node("Cast", ["n"], ["y"], ["to": .int(1)])
      $0.output("n")
    }
    #expect(try returned.model.applying(FloatCastElimination()).operatorTypes == ["Exp", "Cast"])
  }

  @Test func aResultThatANestedBodyUsesIsCast() throws {
    let graph = graph {
      $0.constant("c", Tensor(scalar: Boolean(true)))
      $0.node("Exp", ["x"], ["n"])
      $0.node("Cast", ["n"], ["f"], ["to": .int(1)])
      let node = $0.makeNode("Neg", ["n"], ["t"])
      let body = Body(outputs: [$0.value("t")], nodes: [node])
      $0.node("If", ["c"], ["b"], ["then_branch": .graph(body), "else_branch": .graph(body)])
      $0.node("Cast", ["b"], ["g"], ["to": .int(1)])
      $0.node("Add", ["f", "g"], ["y"])
    }
    #expect(try graph.model.applying(FloatCastElimination()).operatorTypes == ["Exp", "Cast", "If", "Cast", "Add"])
  }
}
