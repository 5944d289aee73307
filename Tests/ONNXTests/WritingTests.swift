import FormatKit
import Foundation
import ModelGraph
import ONNX
import OrderedCollections
import Tensors
import Testing

@Suite struct WritingTests {
  /// A model with everything that the model graph has no place for.
  static let decorated = Wire.model(
    [
      .node("Relu", ["x"], ["h"], name: "n", [.text(6, "node doc"), .entry(9, "k", "v"), .text(8, "overload")]),
      .node(
        "Constant", [], ["c"],
        [
          .message(
            5,
            [
              .text(1, "value"), .message(5, .tensor("inner", [1], type: 1, [.raw([1]), .text(12, "tensor doc")])),
              .int(20, 4), .text(13, "attribute doc"),
            ])
        ]),
      .node(
        "Constant", [], ["s"], .attribute("value", type: 4, .message(5, .tensor("t", [1], type: 8, .text(6, "word"))))),
      .node(
        "Constant", [], ["sparse"],
        .attribute("sparse_value", type: 11, .message(22, .message(1, .tensor("", [1], type: 1, .raw([2])))))),
      .node(
        "If", ["x"], ["branched"],
        .attribute(
          "then_branch", type: 5,
          .message(6, [.node("Neg", ["x"], ["inner"]), .text(2, "branch"), .text(10, "branch doc"), .output("inner")]))),
      .node("Any", ["x"], ["y"], .attribute("type", type: 13, .message(14, .message(4, .int(9, 9))))),
      .text(2, "g"), .text(10, "graph doc"), .initializer("words", [2], type: 8, [.text(6, "one"), .text(6, "two")]),
      .initializer("w", [1], type: 1, [.raw([1]), .text(12, "weight doc")]),
      .message(15, [.message(1, .tensor("z", [1], type: 1, .raw([2]))), .int(3, 5)]),
      .message(
        11,
        [
          .text(1, "x"), .text(3, "input doc"),
          .message(
            2,
            [
              .message(1, [.int(1, 1), .message(2, .message(1, [.int(1, 1), .text(3, "DATA_BATCH")]))]),
              .text(6, "IMAGE"),
            ]),
        ]),
      .message(11, [.text(1, "seq"), .message(2, .message(4, .message(1, .message(1, .int(1, 1)))))]),
      .output("y"), .message(14, .text(1, "annotation")), .message(99, .text(1, "future")),
    ],
    [
      .text(2, "producer"), .int(5, 3), .text(6, "model doc"), .message(20, .text(9, "training")), .int(200, 1),
      function,
    ])

  private static let function = Wire.message(
    25,
    [
      .text(1, "Twice"), .text(4, "a"), .text(5, "b"), .text(6, "slope"), .text(8, "function doc"), .text(10, "local"),
      .message(7, [.text(1, "a"), .text(1, "a"), .text(2, "b"), .text(4, "Add")]),
      .message(9, [.text(1, ""), .int(2, 17)]), .message(12, .value("b", [.int(1, 3)])), .text(13, "version"),
      .message(11, [.text(1, "bias"), .float(2, 1), .int(20, 1), .text(13, "default doc")]),
    ])

  /// The texts and numbers in the file, which must all be there again.
  static let kept = [
    "node doc", "overload", "inner", "tensor doc", "attribute doc", "word", "graph doc", "one", "two", "weight doc",
    "input doc", "DATA_BATCH", "IMAGE", "annotation", "future", "producer", "branch doc", "function doc", "default doc",
    "version", "slope", "bias",
    "model doc", "training",
  ]

  @Test func whatTheModelHasNoPlaceForComesBack() throws {
    let bytes = try written(read(Self.decorated))
    let text = String(decoding: bytes, as: UTF8.self)
    for part in Self.kept { #expect(text.contains(part), "\(part) is lost") }
    for field in [
      Wire.message(22, .message(1, .tensor("", [1], type: 1, .raw([2])))), .message(14, .message(4, .int(9, 9))),
      .message(15, [.message(1, .tensor("z", [1], type: 1, .raw([2]))), .int(3, 5)]), .int(200, 1),
      .message(4, .message(1, .message(1, .int(1, 1)))),
    ] { #expect(Data(bytes).range(of: Data(field.bytes)) != nil, "\(field.bytes) is lost") }
  }

  @Test func rewritingTwiceGivesTheSameBytes() throws {
    let once = try written(read(Self.decorated))
    #expect(try written(read(once)) == once)
  }

  @Test func everyTruncationIsFoundOut() throws {
    let bytes = try written(read(Self.decorated))
    for count in bytes.indices {
      #expect(throws: FormatError.self, "cut off after \(count) of \(bytes.count) bytes") {
        try read([UInt8](bytes[..<count]))
      }
    }
  }

  @Test func aSmallModelIsEncodedAsTheFormatSays() throws {
    var model = Model(opsets: ["": 13], formatVersion: 7)
    let x = model.add(Value(name: "x", type: .float32, dimensions: [.named("n"), .fixed(2), .unknown]))
    let y = model.add(Value(name: "y"))
    model.main = Body(
      name: "g", inputs: [x], outputs: [y],
      nodes: [Node(OperatorName("Relu"), inputs: [x, nil], outputs: [y], attributes: ["a": .ints([1, 2])])])
    let graph: Wire = [
      .message(
        1,
        [
          .text(1, "x"), .text(1, ""), .text(2, "y"), .text(4, "Relu"),
          .message(5, [.text(1, "a"), .int(8, 1), .int(8, 2), .int(20, 7)]),
        ]),
      .text(2, "g"), .input("x", [.text(2, "n"), .int(1, 2), []]), .message(12, .text(1, "y")),
    ]
    #expect(try written(model) == Wire.model(graph, opset: 13, version: 7))
    #expect(try ONNXFormat.encodedSize(of: model) == Wire.model(graph, opset: 13, version: 7).count)
  }

  @Test(arguments: [
    (8, 3, 3), (9, 3, 4), (10, 3, 5), (11, 3, 6), (14, 3, 7), (18, 3, 8), (20, 3, 9), (22, 3, 10), (23, 3, 11),
    (24, 3, 12), (27, 3, 13), (28, 3, 14), (13, 10, 10),
  ])
  func theFileVersionIsRaisedToWhatTheOpsetNeeds(_ opset: Int, _ stated: Int, _ expected: Int) throws {
    let model = try read(Wire.model(RejectionTests.graph, opset: opset, version: stated))
    #expect(try read(written(model)).formatVersion == expected)
  }

  @Test func anInitializerThatIsNoInputNeedsVersion4() throws {
    let graph: Wire = [.initializer("w", [1], type: 1, .raw([1])), .output("w")]
    #expect(try read(written(read(Wire.model(graph, opset: 8, version: 3)))).formatVersion == 4)
  }

  @Test func aModelWithoutAFileVersionGetsAnOpset() throws {
    let bytes = Wire([.int(1, 1), .message(7, RejectionTests.graph)]).bytes
    let model = try read(written(read(bytes)))
    #expect(model.formatVersion == 3)
    #expect(model.opsets == ["": 1])
  }

  @Test func anInitializerWithoutElementsCannotBeWritten() throws {
    var model = Model(opsets: ["": 13])
    model.main.initializers = [model.add(Value(name: "w", type: .float32))]
    #expect(throws: FormatError.badFile("the model cannot be written: initializer \"w\" has no elements")) {
      try written(model)
    }
  }
}
