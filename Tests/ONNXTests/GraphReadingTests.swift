import FormatKit
import ModelGraph
import Tensors
import Testing

@Suite struct GraphReadingTests {
  @Test func aGraphIsReadWithItsValuesAndNodes() throws {
    let model = try read(
      Wire.model(
        [
          .node("MatMul", ["x", "w"], ["h"], name: "first"), .node("Relu", ["h"], ["y"]), .text(2, "graph"),
          .initializer("w", [2, 1], type: 1, .raw([3, 4])), .input("x", [.text(2, "batch"), .int(1, 2)]),
          .output("y", [[], .int(1, 1)]), .message(13, .value("h", type: 10, [])),
        ], .entry(14, "author", "me")))
    #expect(model.formatVersion == 8)
    #expect(model.opset == 18)
    #expect(model.metadata == ["author": "me"])
    #expect(model.main.name == "graph")
    #expect(model.names(model.main.inputs) == ["x"])
    #expect(model.names(model.main.outputs) == ["y"])
    #expect(model.names(model.main.initializers) == ["w"])
    #expect(model.main.nodes.map(\.name) == ["first", ""])
    #expect(model.main.nodes.map(\.operatorName.type) == ["MatMul", "Relu"])
    #expect(model.names(model.main.nodes[0].inputs) == ["x", "w"])
    #expect(model.value("x")?.dimensions == [.named("batch"), .fixed(2)])
    #expect(model.value("y")?.dimensions == [.unknown, .fixed(1)])
    #expect(model.value("h")?.type == .float16)
    #expect(model.value("w")?.constant?.array(of: Float.self) == [3, 4])
  }

  @Test func anEmptyNameIsAnAbsentInputOrOutput() throws {
    let model = try read(Wire.model([.node("Clip", ["x", "", "x"], ["", "y"]), .input("x"), .output("y")]))
    #expect(model.names(model.main.nodes[0].inputs) == ["x", "-", "x"])
    #expect(model.names(model.main.nodes[0].outputs) == ["-", "y"])
  }

  @Test func theStandardDomainHasTwoNames() throws {
    let node = Wire.node("Relu", ["x"], ["y"], .text(7, "ai.onnx"))
    let model = try read(Wire.model([node, .input("x"), .output("y")]))
    #expect(model.main.nodes[0].operatorName == OperatorName("Relu"))
  }

  @Test func everyKindOfAttributeIsRead() throws {
    let graph: Wire = [.node("Identity", ["x"], ["inner"]), .output("inner")]
    let attributes: Wire = [
      .attribute("f", type: 1, .float(2, 0.5)), .attribute("i", type: 2, .int(3, -7)),
      .attribute("s", type: 3, .bytes(4, [0xFF, 0])),
      .attribute("t", type: 4, .message(5, .tensor("", [1], type: 1, .raw([2])))),
      .attribute("g", type: 5, .message(6, graph)), .attribute("fs", type: 6, [.float(7, 1), .float(7, 2)]),
      .attribute("is", type: 7, .packed(8, [1, -1])), .attribute("ss", type: 8, [.text(9, "a"), .text(9, "")]),
      .attribute("default", type: 2, []),
    ]
    let model = try read(Wire.model([.node("Any", ["x"], ["y"], attributes), .input("x"), .output("y")]))
    let values = model.main.nodes[0].attributes
    #expect(Array(values.keys) == ["f", "i", "s", "t", "g", "fs", "is", "ss", "default"])
    guard case .float(0.5) = values["f"], case .int(-7) = values["i"], case .string([0xFF, 0]) = values["s"],
      case .floats([1, 2]) = values["fs"], case .ints([1, -1]) = values["is"],
      case .strings([[97], []]) = values["ss"], case .int(0) = values["default"],
      case .tensor(let tensor) = values["t"], case .graph(let body) = values["g"]
    else {
      Issue.record("\(values)")
      return
    }
    #expect(tensor.array(of: Float.self) == [2])
    #expect(model.names(body.nodes[0].inputs) == ["x"])
  }

  @Test func siblingGraphsMayUseTheSameNamesAndSeeTheGraphAround() throws {
    func branch(_ type: String) -> Wire {
      [.node(type, ["x"], ["same"]), .text(2, type), .output("same")]
    }
    let attributes: Wire = [
      .attribute("then_branch", type: 5, .message(6, branch("Relu"))),
      .attribute("else_branch", type: 5, .message(6, branch("Neg"))),
    ]
    let model = try read(
      Wire.model([.node("If", ["c"], ["y"], attributes), .input("c", type: 9), .input("x"), .output("y")]))
    let bodies = model.main.nodes[0].bodies
    #expect(model.values.filter { $0.name == "same" }.count == 2)
    #expect(bodies[0].outputs != bodies[1].outputs)
    #expect(bodies.map { model.names($0.captures) } == [["x"], ["x"]])
  }

  @Test func anInnerDefinitionHidesAnOuterOne() throws {
    let body: Wire = [.node("Relu", ["x"], ["h"]), .node("Neg", ["h"], ["z"]), .output("z")]
    let model = try read(
      Wire.model([
        .node("Abs", ["x"], ["h"]), .node("If", ["c"], ["y"], .attribute("then_branch", type: 5, .message(6, body))),
        .input("c", type: 9), .input("x"), .output("y"),
      ]))
    let inner = model.main.nodes[1].bodies[0]
    #expect(inner.nodes[1].inputs == inner.nodes[0].outputs)
    #expect(inner.nodes[0].outputs != model.main.nodes[0].outputs)
  }

  @Test func nodesArePutInOrder() throws {
    let body: Wire = [.node("Neg", ["b"], ["z"]), .output("z")]
    let model = try read(
      Wire.model([
        .node("If", ["c"], ["y"], name: "3", .attribute("then_branch", type: 5, .message(6, body))),
        .node("Relu", ["a"], ["b"], name: "2"), .node("Abs", ["x"], ["a"], name: "1"),
        .input("c", type: 9), .input("x"), .output("y"),
      ]))
    #expect(model.main.nodes.map(\.name) == ["1", "2", "3"])
  }

  @Test func anInitializerThatIsAnInputIsItsDefault() throws {
    let model = try read(
      Wire.model([
        .node("Add", ["x", "w"], ["y"]), .initializer("w", [1], type: 1, .raw([5])), .input("x"),
        .input("w", [.int(1, 1)]), .output("y"),
      ]))
    #expect(model.names(model.main.inputs) == ["x", "w"])
    #expect(model.names(model.requiredInputs) == ["x"])
    #expect(model.value("w")?.constant?.array(of: Float.self) == [5])
  }

  @Test func functionsAreRead() throws {
    let attribute = Wire.attribute("alpha", type: 1, .text(21, "slope"))
    let node = Wire.node("LeakyRelu", ["a"], ["b"], attribute)
    let function: Wire = [
      .text(1, "Leaky"), .text(4, "a"), .text(5, "b"), .text(6, "slope"), .message(7, Wire(Array(node.bytes[2...]))),
      .message(9, [.text(1, ""), .int(2, 17)]), .text(10, "local"),
    ]
    let model = try read(Wire.model([.input("x"), .output("x")], .message(25, function)))
    let read = try #require(model.functions.first)
    #expect(read.name == OperatorName("Leaky", domain: "local"))
    #expect(read.requiredAttributes == ["slope"])
    #expect(read.opsets == ["": 17])
    #expect(model.names(read.body.inputs) == ["a"])
    guard case .reference(to: "slope", type: 1) = read.body.nodes[0].attributes["alpha"] else {
      Issue.record("\(read.body.nodes[0].attributes)")
      return
    }
  }

  @Test func aTypeThatIsNoTensorIsLeftOpen() throws {
    let sequence = Wire.message(2, .message(4, .message(1, .message(1, .int(1, 1)))))
    let model = try read(Wire.model([.message(11, [.text(1, "x"), sequence]), .output("x")]))
    #expect(model.value("x")?.type == nil)
    #expect(model.value("x")?.dimensions == nil)
  }
}
