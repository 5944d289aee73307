import Conversion
import Engine
import ModelGraph
import ModelTesting
import Quantization
import Tensors
import Testing

@Suite struct CalibrationTests {
  private func graph() -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("x", [nil, 3])
    graph.constant("w", randomTensor([3, 4], seed: 5))
    graph.node("MatMul", ["x", "w"], ["m"])
    graph.node("Relu", ["m"], ["y"])
    graph.output("y")
    return graph
  }

  private func statistics(batches: [Int], histograms: Bool = false) throws -> [String: CalibrationStatistics] {
    let model = graph().model
    let session = try Session(model, passes: PassList.essential, compute: compute)
    var calibration = Calibration(
      observing: Set(model.values.indices.map { ValueID($0) }), keepsHistograms: histograms,
      compute: compute)
    let values = numbers(24 * 3, seed: 9)
    var start = 0
    for count in batches {
      let batch = Tensor(Shape([count, 3]), Array(values[start * 3..<(start + count) * 3]))
      try calibration.observe([batch], as: model.requiredInputs, in: session)
      start += count
    }
    #expect(calibration.batches == batches.count)
    return Dictionary(uniqueKeysWithValues: calibration.statistics.map { (model[$0.key].name, $0.value) })
  }

  @Test func inputsAndResultsAreObservedButConstantsAreNot() throws {
    #expect(try statistics(batches: [24]).keys.sorted() == ["m", "x", "y"])
  }

  @Test(arguments: [[12, 12], [1, 23], [8, 8, 8], Array(repeating: 1, count: 24)])
  func theSplitIntoBatchesChangesNothing(batches: [Int]) throws {
    let whole = try statistics(batches: [24])
    let parts = try statistics(batches: batches)
    for (name, statistics) in whole {
      let other = try #require(parts[name]).summary
      #expect(other.range == statistics.summary.range)
      #expect(other.finiteCount == statistics.summary.finiteCount)
    }
  }

  @Test func extremesAreThoseOfTheData() throws {
    let values = numbers(24 * 3, seed: 9)
    let summary = try #require(statistics(batches: [10, 14])["x"]).summary
    #expect(summary.minimum == values.min())
    #expect(summary.maximum == values.max())
    #expect(summary.finiteCount == 72)
  }

  @Test func onlyWhatIsAskedForIsKept() throws {
    let model = graph().model
    let session = try Session(model, passes: PassList.essential, compute: compute)
    var calibration = Calibration(observing: [model.main.outputs[0]], keepsHistograms: true, compute: compute)
    try calibration.observe([randomTensor([2, 3])], as: model.requiredInputs, in: session)
    #expect(Array(calibration.statistics.keys) == model.main.outputs)
    #expect(calibration.statistics.values.allSatisfy { $0.keepsHistogram })
  }
}
