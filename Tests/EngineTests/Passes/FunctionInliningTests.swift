import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct FunctionInliningTests {
  /// scaled(a; factor) = LeakyRelu(a; alpha: factor) + a, called twice.
  private func graph(opset: Int = 13, default defaultFactor: Float? = nil) -> GraphBuilder {
    var graph = GraphBuilder(opset: 13, domains: ["local": 1])
    graph.input("x", [2])
    let body = Body(
      inputs: [graph.value("a")], outputs: [graph.value("c")],
      nodes: [
        graph.makeNode("LeakyRelu", ["a"], ["b"], ["alpha": .reference(to: "factor", type: 1)]),
        graph.makeNode("Add", ["b", "a"], ["c"]),
      ])
    graph.edit { model in
      var function = ModelFunction(name: OperatorName("scaled", domain: "local"), body: body, opsets: ["": opset])
      if let defaultFactor { function.defaultAttributes["factor"] = .float(defaultFactor) }
      model.functions = [function]
    }
    graph.node("scaled", ["x"], ["h"], ["factor": .float(0.5)], domain: "local", name: "first")
    graph.node("scaled", ["h"], ["y"], domain: "local", name: "second")
    graph.output("y")
    return graph
  }

  @Test func callsAreReplacedByTheNodesOfTheFunction() throws {
    let model = try graph(default: 0.25).model.applying(FunctionInlining())
    #expect(
      model.listing == [
        "first/b = LeakyRelu(x)", "h = Add(first/b, x)", "second/b = LeakyRelu(h)", "y = Add(second/b, h)",
      ])
    #expect(model.functions.isEmpty)
    // −4 → −2 − 4 = −6 → −1.5 − 6 = −7.5, and 4 → 8 → 16.
    #expect(try run(model, [Tensor([2], [-4 as Float, 4])])[0].floats == [-7.5, 16])
  }

  @Test func anAttributeThatNobodyGivesIsLeftOut() throws {
    let model = try graph().model.applying(FunctionInlining())
    #expect(model.main.nodes[2].attributes.isEmpty)
  }

  @Test func anOutputThatIsAnInputBecomesAnIdentity() throws {
    var graph = GraphBuilder(domains: ["local": 1])
    graph.input("x", [2])
    let body = Body(inputs: [graph.value("a")], outputs: [graph.value("a")])
    graph.edit {
      $0.functions = [ModelFunction(name: OperatorName("same", domain: "local"), body: body, opsets: ["": 13])]
    }
    graph.node("same", ["x"], ["y"], domain: "local")
    graph.output("y")
    #expect(try graph.model.applying(FunctionInlining()).listing == ["y = Identity(x)"])
  }

  @Test func aFunctionThatCallsItselfIsRefused() throws {
    var graph = GraphBuilder(domains: ["local": 1])
    graph.input("x", [2])
    let inner = graph.makeNode("again", ["a"], ["b"], domain: "local", name: "inner")
    let body = Body(inputs: [graph.value("a")], outputs: [graph.value("b")], nodes: [inner])
    graph.edit {
      $0.functions = [ModelFunction(name: OperatorName("again", domain: "local"), body: body, opsets: ["local": 1])]
    }
    graph.node("again", ["x"], ["y"], domain: "local", name: "outer")
    graph.output("y")
    let model = graph.model
    #expect(
      message { _ = try model.applying(FunctionInlining()) }
        == "node \"outer/inner\" (local::again): function local::again calls itself")
  }

  @Test func aFunctionOfAnotherOpsetIsRefused() throws {
    let model = graph(opset: 12).model
    #expect(
      message { _ = try model.applying(FunctionInlining()) }
        == "function local::scaled uses opset 12 of ai.onnx, the model 13")
  }
}
