import Conversion
import Engine
import ModelGraph
import ModelTesting
import Operators
import Quantization
import Tensors
import Testing

/// Statistics of convolutions whose results are only joined.
@Suite struct JoinedResultTests {
  /// x → Conv c1 → Relu r1, x → Conv c2, both joined along `axis` and taken in by Conv c3.
  private func graph(axis: Int64 = 1, secondIsDepthwise: Bool = false) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [nil, 2, 5, 5])
    graph.constant("w1", randomTensor([3, 2, 3, 3], seed: 7))
    graph.constant("w2", randomTensor([2, secondIsDepthwise ? 1 : 2, 1, 1], seed: 8))
    graph.constant("w3", randomTensor([2, 5, 1, 1], seed: 9))
    graph.node("Conv", ["x", "w1"], ["c1"], ["pads": .ints([1, 1, 1, 1])])
    graph.node("Relu", ["c1"], ["r1"])
    graph.node("Conv", ["x", "w2"], ["c2"], ["group": .int(secondIsDepthwise ? 2 : 1)])
    graph.node("Concat", ["r1", "c2"], ["joined"], ["axis": .int(axis)])
    graph.node("Conv", ["joined", "w3"], ["y"])
    graph.output("y")
    return graph
  }

  private func planner(_ graph: GraphBuilder) throws -> QuantizationPlanner {
    QuantizationPlanner(try Preparation.prepare(graph.model, context))
  }

  private func joined(_ graph: GraphBuilder, joinsResults: Bool = true) throws -> [String: [Int]] {
    let planner = try planner(graph)
    let calibrated = try CalibrationSession(planner, joinsResults: joinsResults, compute: compute)
    return Dictionary(
      uniqueKeysWithValues: calibrated.joined.map { (planner.model[$0.value].name, $0.parts.map(\.channels)) })
  }

  /// What is seen of each value, by its name; without a session for it, when every node is run by itself.
  private func statistics(_ planner: QuantizationPlanner, _ calibrated: CalibrationSession?, _ batches: [Tensor]) throws
    -> [String: CalibrationStatistics]
  {
    let session = try calibrated?.session ?? Session(planner.model, passes: PassList.essential, compute: compute)
    var calibration = Calibration(
      observing: planner.observedValues, joined: calibrated?.joined ?? [], keepsHistograms: false, compute: compute)
    for batch in batches { try calibration.observe([batch], as: planner.model.requiredInputs, in: session) }
    return Dictionary(
      uniqueKeysWithValues: calibration.statistics.map { (planner.model[$0.key].name, $0.value) })
  }

  @Test func resultsThatAreOnlyJoinedAreShownTogether() throws {
    #expect(try joined(graph()) == ["joined": [3, 2]])
    #expect(try joined(graph(axis: -3)) == ["joined": [3, 2]])
  }

  @Test func nothingIsShownTogetherWhereThatIsNotWanted() throws {
    #expect(try joined(graph(), joinsResults: false).isEmpty)
  }

  @Test func aResultThatIsUsedOnItsOwnIsShownOnItsOwn() throws {
    var graph = graph()
    graph.node("Sigmoid", ["c2"], ["g"])
    graph.output("g")
    #expect(try joined(graph).isEmpty)
  }

  @Test func whatASessionDoesNotJoinIsShownPartByPart() throws {
    #expect(try joined(graph(secondIsDepthwise: true)).isEmpty)
  }

  @Test func aResultThatNobodyAsksForIsNotShown() throws {
    var planner = try planner(graph())
    planner.excludedNodes = ["c2", "joined"]
    let calibrated = try CalibrationSession(planner, joinsResults: true, compute: compute)
    #expect(calibrated.observed == planner.observedValues && calibrated.joined.isEmpty)
  }

  @Test(arguments: [Float(1), .nan, .infinity])
  func partsHaveTheStatisticsOfTheResultsThemselves(factor: Float) throws {
    let planner = try planner(graph())
    let calibrated = try CalibrationSession(planner, joinsResults: true, compute: compute)
    let batches = [randomTensor([2, 2, 5, 5], seed: 3), randomTensor([1, 2, 5, 5], seed: 4, scale: factor)]
    let expected = try statistics(planner, nil, batches)
    let actual = try statistics(planner, calibrated, batches)
    #expect(actual.keys.sorted() == ["c2", "r1", "x", "y"] && expected.keys.sorted() == actual.keys.sorted())
    for (name, expected) in expected {
      let (summary, other) = (expected.summary, try #require(actual[name]).summary)
      #expect(other.finiteCount == summary.finiteCount && other.nanCount == summary.nanCount)
      #expect(other.infinityCount == summary.infinityCount)
      #expect(abs(other.minimum - summary.minimum) <= 1e-6 && abs(other.maximum - summary.maximum) <= 1e-6)
    }
  }
}
