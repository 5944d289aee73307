import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct HalfRoundTripFoldingTests {
  /// 1 + 2⁻¹¹ is a tie of float16, 1 + 3 · 2⁻¹¹ the next one, 70000 overflows in it and 2⁻²⁵ becomes zero.
  private let numbers: [Float] = [1 + 0x1p-11, 1 + 0x3p-11, 70000, 0x1p-25, -0.1, 1 + 0x1p-8]

  /// A Cast of the input to a half-precision type and what is computed from it.
  private func graph(
    from type: DataType = .float32, to half: DataType = .float16, _ consumers: (inout GraphBuilder) -> Void
  ) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [6], type: type)
    graph.node("Cast", ["x"], ["h"], ["to": .int(Int64(half.rawValue))])
    consumers(&graph)
    graph.output("y")
    return graph
  }

  /// Checks that the Cast becomes a HalfRounding or stays, and that the results are the same to the bit.
  private func check(
    _ graph: GraphBuilder, folds: Bool, on input: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let types = try graph.model.applying(HalfRoundTripFolding()).operatorTypes
    #expect(types.contains("HalfRounding") == folds, sourceLocation: sourceLocation)
    #expect(types.contains("Cast") == !folds, sourceLocation: sourceLocation)
    let expected = try run(graph.model, [input])
    let actual = try run(graph.model, [input], passes: [HalfRoundTripFolding()])
    for (output, reference) in zip(actual, expected) {
      #expect(output.type == reference.type, sourceLocation: sourceLocation)
      #expect(output.shape == reference.shape, sourceLocation: sourceLocation)
      #expect(output.floats.map(\.bitPattern) == reference.floats.map(\.bitPattern), sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [DataType.float16, .bfloat16])
  func aCastThatIsOnlyReadInFloat32ReturnsFloat32(half: DataType) throws {
    let graph = graph(to: half) {
      $0.node("Neg", ["h"], ["n"])
      $0.node("Add", ["h", "n"], ["s"])
      $0.node("Sub", ["s", "h"], ["y"])
    }
    try check(graph, folds: true, on: Tensor([6], numbers))
  }

  @Test func theTypeOfTheInputDoesNotMatter() throws {
    let consumer: (inout GraphBuilder) -> Void = { $0.node("Neg", ["h"], ["y"]) }
    try check(graph(from: .float64, consumer), folds: true, on: Tensor([6], numbers.map(Double.init)))
    try check(graph(from: .int32, consumer), folds: true, on: Tensor([6], [0, 1, 2049, 2051, 70000, -5] as [Int32]))
    let half = Tensor([6], [0x3C01, 0x0001, 0x7BFF, 0xFC00, 0, 0x8000].map { Half(bits: $0) })
    try check(graph(from: .float16, to: .bfloat16, consumer), folds: true, on: half)
  }

  @Test func elementsMayBeMovedInBetween() throws {
    let graph = graph {
      $0.constant("s", Tensor([2], [2, 3] as [Int64]))
      $0.constant("two", Tensor([1], [2] as [Int64]))
      $0.node("Reshape", ["h", "s"], ["r"])
      $0.node("Transpose", ["r"], ["t"], ["perm": .ints([1, 0])])
      $0.node("Neg", ["t"], ["n"])
      $0.node("Shape", ["h"], ["count"])
      $0.node("Reshape", ["n", "count"], ["f"])
      $0.node("Split", ["h"], ["h1", "h2"])
      $0.node("Sub", ["h1", "h2"], ["d"])
      $0.node("Tile", ["d", "two"], ["dd"])
      $0.node("Sub", ["f", "dd"], ["y"])
    }
    try check(graph, folds: true, on: Tensor([6], numbers))
  }

  @Test func aCastThatMeetsOtherNumbersInHalfPrecisionStays() throws {
    let graph = graph {
      $0.constant("c", Tensor([1], [Half(bits: 0x3C00)]))
      $0.node("Concat", ["h", "c"], ["g"], ["axis": .int(0)])
      $0.node("Neg", ["g"], ["y"])
    }
    try check(graph, folds: false, on: Tensor([6], numbers))
  }

  @Test func halfNumbersInAShapeAreFilledInAsFloat32() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 3])
    graph.node("Shape", ["x"], ["s"])
    graph.node("ConstantOfShape", ["s"], ["c"], ["value": .tensor(Tensor([1], [Half(bits: 0x3555)]))])
    graph.node("Add", ["x", "c"], ["y"])
    graph.output("y")
    let model = try graph.model.applying(HalfRoundTripFolding())
    guard case .tensor(let value)? = model.main.nodes[1].attributes["value"] else {
      Issue.record("the number is missing")
      return
    }
    #expect(value.type == .float32)
    let outputs = try run(graph.model, [Tensor([2, 3], repeating: Float(0))], passes: [HalfRoundTripFolding()])
    #expect(outputs[0].floats == [Float](repeating: 0.333251953125, count: 6))
  }

  @Test func aCastThatLeavesTheModelInAnotherShapeStays() throws {
    var graph = graph { $0.node("Neg", ["h"], ["y"]) }
    graph.node("Flatten", ["h"], ["z"])
    graph.declare("z", .float16)
    graph.output("z")
    #expect(try graph.model.applying(HalfRoundTripFolding()).operatorTypes == ["Cast", "Neg", "Flatten"])
  }

  @Test func aCastThatLeavesTheModelStays() throws {
    var graph = graph { $0.node("Neg", ["h"], ["y"]) }
    graph.declare("h", .float16)
    graph.output("h")
    #expect(try graph.model.applying(HalfRoundTripFolding()).operatorTypes == ["Cast", "Neg"])
    #expect(try run(graph.model, [Tensor([6], numbers)], passes: [HalfRoundTripFolding()])[1].type == .float16)
  }

  @Test func aCastThatANestedBodyUsesStays() throws {
    let graph = graph {
      $0.constant("c", Tensor(scalar: Boolean(true)))
      $0.node("Neg", ["h"], ["n"])
      let node = $0.makeNode("Neg", ["h"], ["t"])
      let body = Body(outputs: [$0.value("t")], nodes: [node])
      $0.node("If", ["c"], ["b"], ["then_branch": .graph(body), "else_branch": .graph(body)])
      $0.node("Add", ["n", "b"], ["y"])
    }
    try check(graph, folds: false, on: Tensor([6], numbers))
  }

  @Test func otherCastsStay() throws {
    let graph = graph(to: .int32) {
      $0.node("Cast", ["h"], ["f"], ["to": .int(1)])
      $0.node("Neg", ["f"], ["y"])
    }
    #expect(try graph.model.applying(HalfRoundTripFolding()).operatorTypes == ["Cast", "Cast", "Neg"])
  }
}
