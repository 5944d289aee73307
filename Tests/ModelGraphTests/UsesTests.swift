import ModelGraph
import ModelTesting
import Testing

@Suite struct UsesTests {
  private var graph: GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.node("Neg", ["x"], ["a"])
    graph.node("Add", ["a", "a"], ["b"])
    graph.node("Abs", ["b"], ["c"])
    let body = Body(outputs: [graph.value("e")], nodes: [graph.makeNode("Neg", ["c"], ["e"])])
    graph.node("If", ["flag"], ["d"], ["then_branch": .graph(body)])
    graph.output("b", "d")
    return graph
  }

  @Test func producersAreFoundByWhatTheyMake() {
    var graph = graph
    let uses = Uses(of: graph.model.main)
    #expect(uses.producer[graph.value("b")] == 1)
    #expect(uses.producer[graph.value("x")] == nil)
  }

  @Test func aValueThatIsUsedTwiceIsListedTwice() {
    var graph = graph
    let uses = Uses(of: graph.model.main)
    #expect(uses.consumers[graph.value("a")] == [1, 1])
    #expect(uses.soleConsumer(of: graph.value("a")) == nil)
  }

  @Test func aValueThatIsReturnedHasNoSoleConsumer() {
    var graph = graph
    let uses = Uses(of: graph.model.main)
    #expect(uses.consumers[graph.value("b")] == [2])
    #expect(uses.soleConsumer(of: graph.value("b")) == nil)
    #expect(uses.soleConsumer(of: graph.value("x")) == 0)
  }

  @Test func aNestedUseCountsForTheNodeThatHoldsIt() {
    var graph = graph
    let uses = Uses(of: graph.model.main)
    #expect(uses.soleConsumer(of: graph.value("c")) == 3)
  }
}
