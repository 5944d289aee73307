import Engine
import ModelGraph
import ModelTesting
import Operators
import Tensors
import Testing

/// What is known of shapes before the run.
@Suite struct KnownShapesTests {
  private func shape(of name: String, in graph: GraphBuilder) throws -> [Int?]? {
    let model = graph.model
    let index = try #require(model.values.firstIndex { $0.name == name })
    return model.knownShapes(.standard)[ValueID(index)]
  }

  @Test func sizesThatMayVaryAreNotKnown() throws {
    var graph = GraphBuilder()
    graph.input("x", [nil, 4])
    graph.constant("w", randomTensor([4, 3]))
    graph.node("MatMul", ["x", "w"], ["y"])
    graph.output("y")
    #expect(try shape(of: "x", in: graph) == [nil, 4])
    #expect(try shape(of: "y", in: graph) == [nil, 3])
  }

  @Test func whatAnUnknownOperatorReturnsIsMissing() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 4])
    graph.node("Mystery", ["x"], ["y"])
    graph.output("y")
    #expect(try shape(of: "y", in: graph) == nil)
  }

  /// The target has three numbers, which follow from data.
  @Test(arguments: [("Reshape", [nil, nil, nil]), ("Expand", [nil, 2, 4] as [Int?])])
  func theLengthOfATargetTellsTheRank(type: String, expected: [Int?]) throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 4])
    graph.input("target", [3], type: .int64)
    graph.node(type, ["x", "target"], ["y"])
    graph.output("y")
    #expect(try shape(of: "y", in: graph) == expected)
  }
}
