import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct SessionErrorTests {
  private func graph(_ type: String, _ inputs: [String], domain: String = "", name: String? = nil) -> Model {
    var graph = GraphBuilder(domains: domain.isEmpty ? [:] : [domain: 2])
    graph.input("x", [nil, 3])
    graph.node(type, inputs, ["y"], domain: domain, name: name)
    graph.output("y")
    return graph.model
  }

  @Test func anUnknownOperatorIsNamed() {
    let model = graph("Mystery", ["x"], domain: "example.com", name: "odd")
    #expect(
      message { _ = try run(model, []) }
        == "node \"odd\" (example.com::Mystery): operator example.com::Mystery of opset 2 is not supported")
  }

  @Test func aNodeWithoutANameIsNamedByItsPlace() {
    let model = graph("Mystery", ["x"], name: "")
    #expect(
      message { _ = try run(model, []) } == "node 0 (Mystery): operator Mystery of opset 13 is not supported")
  }

  static let arities = [
    ("Relu", [], "node \"y\" (Relu): has 0 inputs, expected 1"),
    ("Relu", ["x", "x"], "node \"y\" (Relu): has 2 inputs, expected 1"),
    ("Gemm", ["x"], "node \"y\" (Gemm): has 1 inputs, expected 2 to 3"),
    ("Concat", [], "node \"y\" (Concat): has 0 inputs, expected at least 1"),
  ]

  @Test(arguments: arities) func theNumberOfInputsIsChecked(_ type: String, _ inputs: [String], _ expected: String) {
    let model = graph(type, inputs)
    #expect(message { _ = try run(model, [randomTensor([1, 3])]) } == expected)
    #expect(message { _ = try run(model, [randomTensor([1, 3])], passes: PassList.standard) } == expected)
  }

  @Test func inputsAreChecked() throws {
    let session = try Session(graph("Relu", ["x"]), compute: referenceCompute)
    #expect(message { _ = try session.run([]) } == "the model takes 1 inputs, got 0")
    #expect(
      message { _ = try session.run([Tensor([1, 3], [1 as Int32, 2, 3])]) }
        == "input \"x\" has type int32, expected float32")
    #expect(
      message { _ = try session.run([randomTensor([1, 4])]) } == "input \"x\" has shape [1, 4], expected [?, 3]")
    #expect(message { _ = try session.run([randomTensor([3])]) } == "input \"x\" has shape [3], expected [?, 3]")
  }

  @Test func aNodeThatFailsIsNamed() {
    var graph = GraphBuilder()
    graph.input("x", nil)
    graph.constant("w", [5, 3], numbers(15))
    graph.node("Gemm", ["x", "w"], ["y"], name: "fc")
    graph.output("y")
    let model = graph.model
    #expect(
      message { _ = try run(model, [randomTensor([1, 4])]) }
        == "node \"fc\" (Gemm): input 1 has shape [5, 3], whose 5 rows do not meet the 4 columns of input 0")
  }

  /// Nodes with too few inputs or outputs reach the passes before anything else looks at them.
  static let malformed = [
    ("BatchNormalization", 0, 1), ("Conv", 0, 1), ("Conv", 1, 1), ("MatMul", 1, 1), ("Gemm", 1, 1), ("Add", 1, 1),
    ("Sigmoid", 0, 1), ("Concat", 0, 1), ("MaxPool", 0, 1), ("Transpose", 0, 1), ("Clip", 0, 1), ("Relu", 0, 1),
    ("QuantizeLinear", 0, 1), ("QuantizeLinear", 1, 1), ("DequantizeLinear", 1, 1), ("Conv", 2, 0), ("MatMul", 2, 0),
    ("Gemm", 2, 0), ("Add", 2, 0), ("Sigmoid", 1, 0), ("Concat", 1, 0), ("MaxPool", 1, 0), ("Clip", 1, 0),
    ("QuantizeLinear", 2, 0), ("DequantizeLinear", 2, 0), ("BatchNormalization", 5, 0),
  ]

  @Test(arguments: malformed) func malformedNodesAreRefused(_ type: String, _ inputs: Int, _ outputs: Int) {
    var graph = GraphBuilder()
    graph.input("x", [1, 1, 2, 2])
    graph.quantize("x", to: "q", scale: 1, zeroPoint: 0 as UInt8)
    graph.dequantize("q", to: "a", scale: 1, zeroPoint: 0 as UInt8)
    graph.constant("c", [1], [1])
    let names = ["a", "a", "c", "c", "c"].prefix(inputs)
    graph.edit { model in
      model.main.nodes.append(Node(name: "bad", OperatorName(type), inputs: [], outputs: []))
    }
    let ids = names.map { Optional(graph.value($0)) }
    let results = outputs == 0 ? [] : [Optional(graph.value("r"))]
    graph.edit { model in
      model.main.nodes[model.main.nodes.count - 1].inputs = ids
      model.main.nodes[model.main.nodes.count - 1].outputs = results
    }
    graph.output("a")
    let model = graph.model
    let text = message { _ = try run(model, [randomTensor([1, 1, 2, 2])], passes: PassList.standard) }
    #expect(text.hasPrefix("node \"bad\" (\(type)): has "))
  }
}
