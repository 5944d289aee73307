import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ConstantNodesTests {
  static let attributes: [(String, Attribute, [Float]?, [Int64]?)] = [
    ("value", .tensor(Tensor([2], [1 as Float, 2])), [1, 2], nil),
    ("value_float", .float(3), [3], nil),
    ("value_floats", .floats([4, 5]), [4, 5], nil),
    ("value_int", .int(6), nil, [6]),
    ("value_ints", .ints([7, 8]), nil, [7, 8]),
  ]

  @Test(arguments: attributes.indices) func constantNodesBecomeConstants(_ index: Int) throws {
    let (name, attribute, floats, integers) = Self.attributes[index]
    var graph = GraphBuilder()
    graph.node("Constant", [], ["c"], [name: attribute])
    graph.node("Neg", ["c"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ConstantNodes())
    let constant = try #require(model.value(named: "c")?.constant)
    #expect(constant.type == (floats == nil ? .int64 : .float32))
    if let floats { #expect(constant.floats == floats) }
    if let integers { #expect(constant.array(of: Int64.self) == integers) }
    #expect(model.listing == ["y = Neg(c)"])
  }

  @Test func identitiesOfConstantsAreForwarded() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("c", [2], [1, 2])
    graph.node("Identity", ["c"], ["d"])
    graph.node("Add", ["x", "d"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(ConstantNodes())
    #expect(model.listing == ["y = Add(x, d)"])
    #expect(model.value(named: "d")?.constant?.floats == [1, 2])
  }

  @Test func whatTheModelReturnsGoesOnBeingProducedByANode() throws {
    var graph = GraphBuilder()
    graph.constant("c", [2], [1, 2])
    graph.node("Identity", ["c"], ["y"])
    graph.output("y")
    #expect(try graph.model.applying(ConstantNodes()).listing == ["y = Identity(c)"])
  }

  @Test func constantsInsideBranchesAreFoundToo() throws {
    var graph = GraphBuilder()
    graph.input("flag", [], type: .bool)
    let node = graph.makeNode("Constant", [], ["inner"], ["value_float": .float(2)])
    let negation = graph.makeNode("Neg", ["inner"], ["negative"])
    let branch = Body(outputs: [graph.value("negative")], nodes: [node, negation])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
    graph.output("y")
    let model = try graph.model.applying(ConstantNodes())
    #expect(model.main.nodes[0].bodies.map { $0.nodes.map(\.operatorName.type) } == [["Neg"], ["Neg"]])
  }
}
