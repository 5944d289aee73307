import Engine
import Kernels
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct AttentionFusionTests {
  private let inputs = [
    randomTensor([2, 5, 3, 8], seed: 5), randomTensor([2, 7, 3, 8], seed: 6), randomTensor([2, 7, 3, 4], seed: 7),
  ]

  /// Queries, keys and values as [batch, length, heads, size], transposed as exporters do.
  private func graph(opset: Int = 13, _ body: (inout GraphBuilder) -> Void) -> GraphBuilder {
    var graph = GraphBuilder(opset: opset)
    graph.input("q", [2, 5, 3, 8])
    graph.input("k", [2, 7, 3, 8])
    graph.input("v", [2, 7, 3, 4])
    graph.constant("scale", 0.25)
    graph.node("Transpose", ["q"], ["qt"], ["perm": .ints([0, 2, 1, 3])])
    graph.node("Transpose", ["k"], ["kt"], ["perm": .ints([0, 2, 3, 1])])
    graph.node("Transpose", ["v"], ["vt"], ["perm": .ints([0, 2, 1, 3])])
    body(&graph)
    graph.output("y")
    return graph
  }

  private func check(_ graph: GraphBuilder, _ types: [String], more: [Tensor] = []) throws {
    try checkFusion(graph, [AttentionFusion()], leaves: types, on: inputs + more)
  }

  @Test(arguments: ["Mul", "Div"]) func theCoreAndItsTranspositionsFuse(scaling: String) throws {
    let graph = graph { graph in
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node(scaling, ["p", "scale"], ["s"])
      graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
      graph.node("MatMul", ["w", "vt"], ["c"])
      graph.node("Transpose", ["c"], ["y"], ["perm": .ints([0, 2, 1, 3])])
    }
    try check(graph, ["Attention"])
  }

  @Test(arguments: [[2, 1, 1, 7], [7], [1, 1, 5, 7], [2, 3, 5, 7], [1, 3, 5, 1], [], [2, 1, 5, 7]])
  func aMaskIsAdded(shape: [Int]) throws {
    let graph = graph { graph in
      graph.input("m", shape.map { $0 })
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Add", ["m", "s"], ["a"])
      graph.node("Softmax", ["a"], ["w"], ["axis": .int(3)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    try check(graph, ["Attention"], more: [randomTensor(shape, seed: 9, scale: 3)])
  }

  @Test func aMaskThatEnlargesTheScoresWorksAsWell() throws {
    let graph = graph { graph in
      graph.input("m", [4, 1, 1, 1, 7])
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Add", ["s", "m"], ["a"])
      graph.node("Softmax", ["a"], ["w"], ["axis": .int(-1)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    try check(graph, ["Attention"], more: [randomTensor([4, 1, 1, 1, 7], seed: 9)])
  }

  @Test func aKeyThatIsMaskedOutForAllGivesNoNumberAsBefore() throws {
    let graph = graph { graph in
      graph.input("m", [1])
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Add", ["s", "m"], ["a"])
      graph.node("Softmax", ["a"], ["w"], ["axis": .int(-1)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    let result = try run(
      graph.model, inputs + [Tensor([1], [-Float.infinity])], passes: [AttentionFusion()])[0]
    #expect(result.floats.allSatisfy { $0.isNaN })
  }

  @Test func scalesOfTheOperandsJoin() throws {
    let graph = graph { graph in
      graph.node("Mul", ["qt", "scale"], ["qs"])
      graph.node("Div", ["kt", "scale"], ["ks"])
      graph.node("MatMul", ["qs", "ks"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    try check(graph, ["Attention"])
  }

  @Test func aSoftmaxAlongAnotherAxisKeepsIt() throws {
    let graph = graph { graph in
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Softmax", ["s"], ["w"], ["axis": .int(2)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    try check(graph, ["Attention"])
  }

  @Test func anOldSoftmaxFlattens() throws {
    let graph = graph(opset: 11) { graph in
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Softmax", ["s"], ["w"], ["axis": .int(2)])
      graph.node("MatMul", ["w", "vt"], ["y"])
    }
    try check(graph, ["Attention"])
  }

  /// Queries, keys and values that lie side by side in one projection.
  @Test(arguments: [true, false]) func partsOfOneProjectionAreReadInPlace(slices: Bool) throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("x", [2, 5, 3, 2, 4])
    graph.constant("scale", 0.5)
    graph.constant("zeros", Tensor([1], [0] as [Int64]))
    graph.node("Transpose", ["x"], ["t"], ["perm": .ints([2, 0, 3, 1, 4])])
    for (index, name) in ["q", "k", "v"].enumerated() {
      if slices {
        graph.constant("start\(name)", Tensor([1], [Int64(index)]))
        graph.constant("end\(name)", Tensor([1], [Int64(index) + 1]))
        graph.node("Slice", ["t", "start\(name)", "end\(name)", "zeros"], ["slice\(name)"])
        graph.node("Squeeze", ["slice\(name)", "zeros"], [name])
      } else {
        graph.constant("index\(name)", Tensor(scalar: Int64(index)))
        graph.node("Gather", ["t", "index\(name)"], [name])
      }
    }
    graph.node("Transpose", ["k"], ["kt"], ["perm": .ints([0, 1, 3, 2])])
    graph.node("MatMul", ["q", "kt"], ["p"])
    graph.node("Mul", ["p", "scale"], ["s"])
    graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
    graph.node("MatMul", ["w", "v"], ["c"])
    graph.node("Transpose", ["c"], ["y"], ["perm": .ints([0, 2, 1, 3])])
    graph.output("y")
    try checkFusion(
      graph, [AttentionFusion()], leaves: ["Attention"], on: [randomTensor([2, 5, 3, 2, 4], seed: 5, scale: 2)])
  }

  @Test func stacksThatBroadcastWorkAsWell() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("q", [2, 3, 5, 8])
    graph.input("k", [1, 8, 7])
    graph.input("v", [7, 4])
    graph.constant("scale", 0.25)
    graph.node("MatMul", ["q", "k"], ["p"])
    graph.node("Mul", ["p", "scale"], ["s"])
    graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
    graph.node("MatMul", ["w", "v"], ["c"])
    graph.node("Transpose", ["c"], ["y"], ["perm": .ints([0, 2, 1, 3])])
    graph.output("y")
    let inputs = [randomTensor([2, 3, 5, 8]), randomTensor([1, 8, 7], seed: 2), randomTensor([7, 4], seed: 3)]
    try checkFusion(graph, [AttentionFusion()], leaves: ["Attention"], on: inputs)
  }

  @Test func vectorsWorkAsWell() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("q", [5, 8])
    graph.input("k", [8])
    graph.input("v", [5, 4])
    graph.constant("scale", 0.25)
    graph.node("MatMul", ["q", "k"], ["p"])
    graph.node("Mul", ["p", "scale"], ["s"])
    graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
    graph.node("MatMul", ["w", "v"], ["y"])
    graph.output("y")
    let inputs = [randomTensor([5, 8]), randomTensor([8], seed: 2), randomTensor([5, 4], seed: 3)]
    try checkFusion(graph, [AttentionFusion()], leaves: ["Attention"], on: inputs)
  }

  @Test func weightsThatAreReturnedStay() throws {
    let graph = graph { graph in
      graph.node("MatMul", ["qt", "kt"], ["p"])
      graph.node("Mul", ["p", "scale"], ["s"])
      graph.node("Softmax", ["s"], ["w"], ["axis": .int(-1)])
      graph.node("MatMul", ["w", "vt"], ["y"])
      graph.output("w")
    }
    try check(graph, ["Transpose", "Transpose", "Transpose", "MatMul", "Mul", "Softmax", "MatMul"])
  }

  @Test func doublesStay() throws {
    var graph = GraphBuilder(opset: 13)
    graph.input("q", [1, 2], type: .float64)
    graph.input("k", [2, 1], type: .float64)
    graph.node("MatMul", ["q", "k"], ["p"])
    graph.node("Softmax", ["p"], ["w"], ["axis": .int(-1)])
    graph.node("MatMul", ["w", "k2"], ["y"])
    graph.input("k2", [1, 1], type: .float64)
    graph.output("y")
    #expect(try graph.model.applying(AttentionFusion()).operatorTypes == ["MatMul", "Softmax", "MatMul"])
  }

  @Test(arguments: KernelTier.available, [1, 2, 3])
  func manyHeadsAreComputedInParts(tier: KernelTier, threads: Int) throws {
    // 40 · 4 heads of 33 · 65 scores are more than are computed at once.
    var graph = GraphBuilder(opset: 13)
    graph.input("q", [40, 33, 4, 8])
    graph.input("k", [40, 65, 4, 8])
    graph.input("m", [40, 1, 1, 65])
    graph.constant("scale", 0.25)
    graph.node("Transpose", ["q"], ["qt"], ["perm": .ints([0, 2, 1, 3])])
    graph.node("Transpose", ["k"], ["kt"], ["perm": .ints([0, 2, 3, 1])])
    graph.node("Transpose", ["k"], ["vt"], ["perm": .ints([0, 2, 1, 3])])
    graph.node("MatMul", ["qt", "kt"], ["p"])
    graph.node("Mul", ["p", "scale"], ["s"])
    graph.node("Add", ["s", "m"], ["a"])
    graph.node("Softmax", ["a"], ["w"], ["axis": .int(-1)])
    graph.node("MatMul", ["w", "vt"], ["c"])
    graph.node("Transpose", ["c"], ["y"], ["perm": .ints([0, 2, 1, 3])])
    graph.output("y")
    let inputs = [
      randomTensor([40, 33, 4, 8]), randomTensor([40, 65, 4, 8], seed: 2),
      randomTensor([40, 1, 1, 65], seed: 3, scale: 2),
    ]
    let compute = Compute(tier: tier, threads: threads)
    let expected = try run(graph.model, inputs, compute: compute)[0]
    let actual = try run(graph.model, inputs, passes: [AttentionFusion()], compute: compute)[0]
    #expect(actual.relativeDifference(from: expected) <= 1e-5)
  }
}
