import FormatKit
import ModelGraph
import Tensors
import Testing

@Suite struct RejectionTests {
  static let graph: Wire = [.node("Relu", ["x"], ["y"], name: "n"), .input("x"), .output("y")]

  static let files: [(String, [UInt8], String)] = [
    ("an empty file", [], "the file is empty"),
    (
      "a text", [UInt8]("# Title".utf8),
      "not a well-formed ONNX model: byte 0: a field has an impossible type"
    ),
    ("zeros", [0, 0, 0], "not a well-formed ONNX model: byte 0: a field has an impossible number"),
    (
      "an endless number", [UInt8](repeating: 0xFF, count: 12),
      "not a well-formed ONNX model: byte 0: a number takes more than 64 bits"
    ),
    ("half a number", [0x08, 0x80], "not a well-formed ONNX model: byte 1: the file is cut off within a number"),
    (
      "a length past the end", [0x08, 8, 0x3A, 9, 0], "not a well-formed ONNX model: byte 3: a length runs past the end"
    ),
    (
      "two graphs", Wire.model(graph, .message(7, graph)),
      "not a well-formed ONNX model: byte 48: a part is given twice that may be given once only"
    ),
    (
      "a number for a graph", [0x08, 8, 0x38, 1],
      "not a well-formed ONNX model: a field has the wrong type or memory has run out"
    ),
    ("no graph", Wire([.int(1, 8)]).bytes, "not an ONNX model: it holds no graph"),
    ("no version", Wire([.message(7, graph)]).bytes, "not an ONNX model: it states no ir_version"),
    ("a new version", Wire.model(graph, version: 15), "ir_version 15 is newer than 14, the newest this version reads"),
    (
      "a new opset", Wire.model(graph, opset: 29), "opset 29 of ai.onnx is newer than 28, the newest this version reads"
    ),
    ("opset 0", Wire.model(graph, opset: 0), "opset 0 of ai.onnx does not exist"),
    ("no opset", Wire([.int(1, 8), .message(7, graph)]).bytes, "the model imports no opset of ai.onnx"),
    (
      "no standard opset", Wire([.int(1, 8), .message(7, graph), .message(8, [.text(1, "other"), .int(2, 1)])]).bytes,
      "the model imports no opset of ai.onnx"
    ),
    (
      "two opsets", Wire.model(graph, .message(8, [.text(1, "ai.onnx"), .int(2, 17)])),
      "two opsets of ai.onnx are imported"
    ),
    (
      "metadata twice", Wire.model(graph, [.entry(14, "k", "1"), .entry(14, "k", "2")]),
      "metadata key \"k\" is given twice"
    ),
  ]

  @Test(arguments: files) func badFilesAreRejected(_ what: String, _ file: [UInt8], _ message: String) {
    #expect(readError(file) == message)
  }

  static let nodes: [(String, Wire, String)] = [
    (
      "an unknown input", .node("Conv", ["x", "w"], ["y"], name: "n"),
      "node \"n\" (Conv): input 1 \"w\" is produced by no node, input or initializer"
    ),
    ("no operator", .node("", ["x"], ["y"], name: "n"), "node \"n\" (): it states no operator"),
    (
      "an output twice", [.node("Relu", ["x"], ["y"]), .node("Abs", ["x"], ["y"])],
      "node 1 (Abs): output 0 \"y\" is already defined in the same graph"
    ),
    (
      "an output that is an input", [.node("Relu", ["x"], ["x"])],
      "node 0 (Relu): output 0 \"x\" is already defined in the same graph"
    ),
    (
      "a cycle",
      [.node("Add", ["x", "b"], ["a"]), .node("Relu", ["a"], ["b"], name: "r"), .node("Abs", ["b"], ["y"])],
      "node 0 (Add): it depends on its own output"
    ),
    ("no producer", .node("Relu", ["x"], ["z"]), "output 0 \"y\" is produced by no node, input or initializer"),
    (
      "an attribute twice",
      .node("Relu", ["x"], ["y"], name: "n", [.attribute("a", type: 2, []), .attribute("a", type: 2, [])]),
      "node \"n\" (Relu): attribute \"a\" is given twice"
    ),
    (
      "an attribute of no type", .node("Relu", ["x"], ["y"], name: "n", .message(5, .text(1, "a"))),
      "node \"n\" (Relu): attribute \"a\": it states no type"
    ),
    (
      "an attribute of an unknown type", .node("Relu", ["x"], ["y"], name: "n", .attribute("a", type: 99, [])),
      "node \"n\" (Relu): attribute \"a\": attribute type 99 is unknown"
    ),
    (
      "an attribute without its tensor", .node("Relu", ["x"], ["y"], name: "n", .attribute("a", type: 4, [])),
      "node \"n\" (Relu): attribute \"a\": it holds no tensor"
    ),
    (
      "an unknown name in a branch",
      .node(
        "If", ["x"], ["y"], name: "n",
        .attribute("then_branch", type: 5, .message(6, [.node("Abs", ["q"], ["z"]), .output("z")]))),
      "node \"n\" (If): attribute \"then_branch\": node 0 (Abs): input 0 \"q\" is produced by no node, input or "
        + "initializer"
    ),
    (
      "a name that is not UTF-8", .node("Relu", ["x"], ["y"], .bytes(7, [0x61, 0xFF])),
      "node 0 (Relu): the name \"a\u{FFFD}\" is not UTF-8"
    ),
  ]

  @Test(arguments: nodes) func badNodesAreRejected(_ what: String, _ nodes: Wire, _ message: String) {
    #expect(readError(Wire.model([nodes, .input("x"), .output("y")])) == message)
  }

  static let values: [(String, Wire, String)] = [
    (
      "an initializer twice", [.initializer("w", [1], type: 1, .raw([1])), .initializer("w", [1], type: 1, .raw([1]))],
      "initializer \"w\" is given twice"
    ),
    ("an initializer without a name", .initializer("", [1], type: 1, .raw([1])), "initializer 0 has no name"),
    ("an input twice", [.input("w"), .input("w")], "input \"w\" is already defined in the same graph"),
    ("an input without a name", .input(""), "input 0 has no name"),
    ("an input of an unknown type", .input("w", type: 77), "value \"w\": data type 77 is unknown"),
    ("a dimension below zero", .input("w", [.int(1, -5)]), "value \"w\": a dimension is -5"),
  ]

  @Test(arguments: values) func badValuesAreRejected(_ what: String, _ value: Wire, _ message: String) {
    #expect(readError(Wire.model([value, .input("x"), .output("x")])) == message)
  }

  /// A model with graphs inside graphs.
  private func nested(_ depth: Int) -> [UInt8] {
    var graph: Wire = [.node("Abs", ["x"], ["y"]), .output("y")]
    for _ in 0..<depth {
      graph = [.node("If", ["x"], ["y"], .attribute("b", type: 5, .message(6, graph))), .output("y")]
    }
    return Wire.model([graph, .input("x")])
  }

  @Test func deepNestingIsReadUpToALimit() throws {
    #expect(try read(written(read(nested(31)))).values.count == 33)
    #expect(readError(nested(32))?.hasSuffix("messages are nested too deep") == true)
    #expect(readError(nested(500))?.hasSuffix("messages are nested too deep") == true)
  }

  @Test func nestedUnknownFieldsDoNotCount() throws {
    var unknown = Wire.int(1, 1)
    for _ in 0..<1000 { unknown = .message(4, unknown) }
    let sequence: Wire = [.text(1, "s"), .message(2, unknown)]
    _ = try read(Wire.model([.message(11, sequence), .output("s")]))
  }

  @Test func tooManyPartsAreRejected() {
    var graph = [UInt8](repeating: 0, count: 8 << 20)
    for index in stride(from: 0, to: graph.count, by: 2) { graph[index] = 0x0A }
    #expect(readError(Wire.model(Wire(graph)))?.hasSuffix("the model has too many parts") == true)
  }
}
