import Conversion
import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Each adapter keeps the results of a model in the older form.
@Suite struct OpsetUpgradeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let opset: Int
    let types: [String]
    let build: @Sendable (inout GraphBuilder) -> Void
    var testDescription: String { name }
  }

  private static func single(
    _ type: String, opset: Int, becomes types: [String]? = nil, _ attributes: [(String, Attribute)] = [],
    outputs: [String] = ["y"], name: String? = nil
  ) -> Case {
    Case(name: name ?? type, opset: opset, types: types ?? [type]) { graph in
      graph.node(type, ["x"], outputs)
      graph.edit { model in for (name, value) in attributes { model.main.nodes[0].attributes[name] = value } }
    }
  }

  static let cases: [Case] = [
    single("Slice", opset: 9, [("starts", .ints([1, 0])), ("ends", .ints([3, -1])), ("axes", .ints([2, 3]))]),
    single("Slice", opset: 9, [("starts", .ints([0, 1])), ("ends", .ints([1, 2]))], name: "Slice without axes"),
    single("Clip", opset: 10, [("min", .float(-0.25)), ("max", .float(0.5))]),
    single("Clip", opset: 10, [("max", .float(0.5))], name: "Clip from above"),
    single("Clip", opset: 10, [("min", .float(0.1))], name: "Clip from below"),
    single("Clip", opset: 10, name: "Clip without bounds"),
    single(
      "Pad", opset: 10, [("pads", .ints([0, 0, 1, 2, 0, 0, 0, 1])), ("value", .float(3))]),
    single("Pad", opset: 10, [("pads", .ints([0, 0, 1, 1, 0, 0, 1, 1])), ("mode", .string(Array("reflect".utf8)))]),
    single("Dropout", opset: 10, [("ratio", .float(0.5))]),
    single("Squeeze", opset: 12, [("axes", .ints([0]))]),
    single("Squeeze", opset: 12, name: "Squeeze of every axis"),
    single("Unsqueeze", opset: 12, [("axes", .ints([0, 3]))]),
    single("ReduceSum", opset: 12, [("axes", .ints([1, 3])), ("keepdims", .int(0))]),
    single("ReduceSum", opset: 12, name: "ReduceSum of everything"),
    single("Split", opset: 12, [("axis", .int(2)), ("split", .ints([1, 3]))], outputs: ["y", "z"]),
    single("Split", opset: 12, [("axis", .int(3))], outputs: ["y", "z"], name: "Split in equal parts"),
    single("TopK", opset: 9, [("k", .int(2)), ("axis", .int(3))], outputs: ["y", "places"]),
    softmax("Softmax", axis: nil, flattens: true), softmax("Softmax", axis: 2, flattens: true),
    softmax("Softmax", axis: 3, flattens: false), softmax("Softmax", axis: -1, flattens: false),
    softmax("Softmax", axis: 0, flattens: true), softmax("LogSoftmax", axis: 1, flattens: true),
    softmax("Hardmax", axis: 1, flattens: true),
    Case(name: "Scatter", opset: 10, types: ["ScatterElements"]) { graph in
      graph.constant("places", Tensor([1, 1, 1, 2], [1 as Int64, 3]))
      graph.constant("updates", [1, 1, 1, 2], [7, 8])
      graph.node("Scatter", ["x", "places", "updates"], ["y"], ["axis": .int(3)])
    },
    Case(name: "BatchNormalization", opset: 8, types: ["BatchNormalization"]) { graph in
      for (index, name) in ["scale", "shift", "mean", "variance"].enumerated() {
        graph.constant(name, [2], [Float(index) + 0.5, 2])
      }
      graph.node("BatchNormalization", ["x", "scale", "shift", "mean", "variance"], ["y"], ["spatial": .int(1)])
    },
    Case(name: "Upsample with attribute", opset: 8, types: ["Resize"]) { graph in
      graph.node("Upsample", ["x"], ["y"], ["scales": .floats([1, 1, 2, 3])])
    },
    Case(name: "Upsample with input", opset: 9, types: ["Resize"]) { graph in
      graph.constant("scales", [4], [1, 1, 2, 1.5])
      graph.node("Upsample", ["x", "scales"], ["y"], ["mode": .string(Array("linear".utf8))])
    },
    Case(name: "Resize", opset: 10, types: ["Resize"]) { graph in
      graph.constant("scales", [4], [1, 1, 0.5, 1.5])
      graph.node("Resize", ["x", "scales"], ["y"])
    },
    Case(name: "Resize, linear", opset: 10, types: ["Resize"]) { graph in
      graph.constant("scales", [4], [1, 1, 2, 1.5])
      graph.node("Resize", ["x", "scales"], ["y"], ["mode": .string(Array("linear".utf8))])
    },
  ]

  private static func softmax(_ type: String, axis: Int64?, flattens: Bool) -> Case {
    single(
      type, opset: 12, becomes: flattens ? ["Shape", "Flatten", type, "Reshape"] : [type],
      axis.map { [("axis", .int($0))] } ?? [], name: "\(type) along \(axis.map { "\($0)" } ?? "the default axis")")
  }

  private func model(_ test: Case) -> Model {
    var graph = GraphBuilder(opset: test.opset)
    graph.input("x", [1, 2, 4, 4])
    test.build(&graph)
    for output in graph.model.main.nodes[0].outputs { graph.edit { $0.main.outputs.append(output!) } }
    return graph.model
  }

  @Test(arguments: cases) func resultsStay(_ test: Case) throws {
    let original = model(test)
    var upgraded = original
    try OpsetUpgrade(to: 13).apply(to: &upgraded, context)
    #expect(upgraded.opset == 13)
    #expect(upgraded.operatorTypes == test.types)
    let inputs = [randomTensor([1, 2, 4, 4])]
    let expected = try run(original, inputs)
    let actual = try run(upgraded, inputs)
    #expect(actual.count == expected.count)
    for (output, reference) in zip(actual, expected) {
      #expect(output.shape == reference.shape)
      #expect(output.bytes.isEqual(to: reference.bytes))
    }
  }

  @Test func aNewerModelStaysAsItIs() throws {
    var graph = GraphBuilder(opset: 17)
    graph.input("x", [2])
    graph.node("Relu", ["x"], ["y"])
    graph.output("y")
    var model = graph.model
    try OpsetUpgrade(to: 13).apply(to: &model, context)
    #expect(model.opset == 17)
  }

  @Test func nodesInsideBranchesAreRaisedToo() throws {
    var graph = GraphBuilder(opset: 12)
    graph.input("flag", [], type: .bool)
    graph.input("x", [1, 3])
    let squeeze = graph.makeNode("Squeeze", ["x"], ["s"], ["axes": .ints([0])])
    let branch = Body(outputs: [graph.value("s")], nodes: [squeeze])
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
    graph.output("y")
    var model = graph.model
    try OpsetUpgrade(to: 13).apply(to: &model, context)
    for body in model.main.nodes[0].bodies {
      #expect(body.nodes[0].inputs.count == 2)
      #expect(body.initializers.count == 1)
    }
    #expect(try run(model, [Tensor(scalar: Boolean(true)), randomTensor([1, 3])])[0].shape == [3])
  }

  @Test func nodesWithoutNamesLeadToNodesOfDifferentNames() throws {
    var graph = GraphBuilder(opset: 12)
    graph.input("x", [2, 3, 4])
    graph.node("Softmax", ["x"], ["y"], ["axis": .int(1)], name: "")
    graph.node("Softmax", ["y"], ["z"], ["axis": .int(1)], name: "")
    graph.output("z")
    var model = graph.model
    try OpsetUpgrade(to: 13).apply(to: &model, context)
    let names = model.main.nodes.map(\.name).filter { !$0.isEmpty }
    #expect(names == ["y_Shape", "y_Flatten", "y_Reshape", "z_Shape", "z_Flatten", "z_Reshape"])
  }

  private func failure(_ graph: GraphBuilder) -> String {
    var model = graph.model
    do {
      try OpsetUpgrade(to: 13).apply(to: &model, context)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func modelsBeforeOpset7AreRefused() {
    #expect(
      failure(GraphBuilder(opset: 6)) == "opset 6 of ai.onnx is older than 7 and cannot be raised to 13")
  }

  @Test func normalizationOfEveryElementByItselfIsRefused() {
    var graph = GraphBuilder(opset: 8)
    graph.node("BatchNormalization", ["x", "a", "b", "c", "d"], ["y"], ["spatial": .int(0)], name: "bn")
    #expect(
      failure(graph)
        == "node \"bn\" (BatchNormalization): cannot be raised to opset 13: attribute \"spatial\" is 0")
  }
}
