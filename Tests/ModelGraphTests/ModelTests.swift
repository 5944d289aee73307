import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct ModelTests {
  @Test func inputsWithAnInitializerAreNotRequired() {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.constant("w", [2], [1, 2])
    graph.edit { $0.main.inputs.append($0.main.initializers[0]) }
    let model = graph.model
    #expect(model.requiredInputs.map { model[$0].name } == ["x"])
  }

  @Test func initializersBringTheirTypeAndShape() {
    var model = Model()
    let id = model.addInitializer(named: "w", Tensor([2, 1], [1 as Int8, 2]))
    #expect(model.main.initializers == [id])
    #expect(model[id].type == .int8)
    #expect(model[id].dimensions == [.fixed(2), .fixed(1)])
  }

  @Test func namesAreMadeUniqueAlwaysInTheSameWay() {
    var model = Model()
    for name in ["a", "a_1"] { _ = model.add(Value(name: name)) }
    var names = NameAllocator(for: model)
    #expect(names.unique("b") == "b")
    #expect(names.unique("a") == "a_2")
    #expect(names.unique("b") == "b_1")
  }

  @Test func theStandardDomainHasTwoNames() {
    #expect(OperatorName("Add", domain: "ai.onnx") == OperatorName("Add"))
    #expect(OperatorName("Add", domain: "ai.onnx").description == "Add")
    #expect(OperatorName("FusedAdd", domain: "com.microsoft").description == "com.microsoft::FusedAdd")
  }

  @Test func aModelWithoutAStandardOpsetHasTheFirst() {
    #expect(Model().opset == 1)
    #expect(Model(opsets: ["": 17]).opset == 17)
  }

  @Test func dimensionsAreWrittenAsTheyAreKnown() {
    #expect([Dimension.fixed(3), .named("batch"), .unknown].map(\.description) == ["3", "batch", "?"])
    #expect([Dimension.fixed(3), .named("batch"), .unknown].map(\.fixed) == [3, nil, nil])
  }
}
