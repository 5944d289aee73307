import Engine
import ModelGraph
import ModelTesting
import Operators
import Tensors
import Testing

/// What observers see of a model that passes rewrite.
@Suite struct ObservationTests {
  /// x → Conv c1 → Relu r1 → MaxPool p → Conv c2 → Add s (with p) → Relu r2 → Flatten f → Gemm y
  private let graph: GraphBuilder = {
    var graph = GraphBuilder()
    graph.input("x", [2, 3, 6, 6])
    graph.constant("w1", randomTensor([4, 3, 3, 3], seed: 3))
    graph.constant("w2", randomTensor([4, 4, 3, 3], seed: 4))
    graph.constant("w3", randomTensor([64, 5], seed: 5))
    graph.node("Conv", ["x", "w1"], ["c1"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("MaxPool", ["r1"], ["p"], ["kernel_shape": .ints([3, 3])])
    graph.node("Conv", ["p", "w2"], ["c2"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Add", ["c2", "p"], ["s"])
    graph.node("Relu", ["s"], ["r2"])
    graph.node("Flatten", ["r2"], ["f"])
    graph.node("Gemm", ["f", "w3"], ["y"])
    graph.output("y")
    return graph
  }()

  private let input = randomTensor([2, 3, 6, 6], seed: 8)

  /// The elements of what is observed, in order of size, by name; every value is seen once.
  private func elements(
    of model: Model, _ names: [String]?, passes: [any GraphPass], on inputs: [Tensor]
  ) throws -> [String: [Float]] {
    let observed = names.map { names in
      Set(model.values.indices.map { ValueID($0) }.filter { names.contains(model[$0].name) })
    }
    let session = try Session(model, passes: passes, observing: observed, compute: referenceCompute)
    var seen: [String: [Float]] = [:]
    let outputs = try session.run(
      inputs,
      observing: { value, tensor in
        guard tensor.type == .float32 else { return }
        #expect(seen.updateValue(tensor.floats.sorted(), forKey: model[value].name) == nil)
      })
    #expect(outputs.count == model.main.outputs.count && session.outputs.count == outputs.count)
    return seen
  }

  private func checkElements(_ actual: [String: [Float]], areThoseOf expected: [String: [Float]]) throws {
    #expect(actual.keys.sorted() == expected.keys.sorted())
    for (name, elements) in expected {
      let other = try #require(actual[name])
      let count = elements.count
      #expect(Tensor([other.count], other).relativeDifference(from: Tensor([count], elements)) <= 1e-5, "\(name)")
    }
  }

  @Test(arguments: [["p"], ["r1", "r2"], ["c1"], ["c1", "r1", "p", "c2", "s", "r2", "f", "y"], []])
  func whatIsAskedForIsSeenWhateverIsFused(names: [String]) throws {
    let expected = try elements(of: graph.model, nil, passes: [], on: [input]).filter { names.contains($0.key) }
    #expect(expected.count == names.count)
    for passes in [[], PassList.calibration, PassList.standard] {
      try checkElements(try elements(of: graph.model, names, passes: passes, on: [input]), areThoseOf: expected)
    }
  }

  @Test(arguments: Fixture.all) func everyValueOfAModelCanBeSeen(name: String) throws {
    let fixture = Fixture(name: name)
    let model = try fixture.model()
    let inputs = try fixture.golden(for: model).inputs
    let expected = try elements(of: model, nil, passes: PassList.essential, on: inputs)
    let names = expected.keys.sorted()
    try checkElements(
      try elements(of: model, names, passes: PassList.calibration, on: inputs), areThoseOf: expected)
  }

  @Test func lookingAtImagesTransposesNothing() throws {
    func types(_ observed: Set<ValueID>?) throws -> [String] {
      try Session(graph.model, passes: PassList.calibration, observing: observed, compute: referenceCompute)
        .nodes.map(\.operatorName.type).filter { $0 != "Probe" }
    }
    let model = graph.model
    let images = Set(model.values.indices.map { ValueID($0) }.filter { ["r1", "p", "r2"].contains(model[$0].name) })
    #expect(try types(images) == types(nil))
    #expect(try types(nil).contains("FusedConv"))
  }

  @Test func whatIsObservedIsFreedAfterItsLastUse() throws {
    func liveBytes(_ observed: Set<ValueID>?) throws -> [Int] {
      let session = try Session(graph.model, passes: [], observing: observed, compute: referenceCompute)
      var bytes: [Int] = []
      _ = try session.run(
        [input],
        tracing: { timing, record in
          if session.nodes[timing.index].operatorName.type != "Probe" { bytes.append(record().liveBytes) }
        })
      return bytes
    }
    let all = Set(graph.model.main.nodes.flatMap(\.outputs).compactMap { $0 })
    #expect(try liveBytes(all) == liveBytes(nil))
  }

  @Test func aValueThatOnlyABranchUsesIsSeen() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 2])
    graph.input("flag", [], type: .bool)
    graph.node("Relu", ["x"], ["r"])
    var bodies: [Body] = []
    for (operation, result) in [("Neg", "a"), ("Exp", "b")] {
      bodies.append(
        Body(outputs: [graph.value(result)], nodes: [graph.makeNode(operation, ["r"], [result])]))
    }
    graph.node("If", ["flag"], ["y"], ["then_branch": .graph(bodies[0]), "else_branch": .graph(bodies[1])])
    graph.output("y")
    let inputs = [Tensor([2, 2], [-1, 2, 3, -4] as [Float]), Tensor(scalar: Boolean(true))]
    let seen = try elements(of: graph.model, ["r", "y"], passes: PassList.calibration, on: inputs)
    #expect(seen == ["r": [0, 0, 2, 3], "y": [-3, -2, 0, 0]])
  }
}
