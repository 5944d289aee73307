import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

/// Embedding tables are stored as int8 with one scale per row, and looked up together with their scales.
@Suite struct LookupTests {
  private func embedding(rows: Int, columns: Int, axis: Int64 = 0) -> GraphBuilder {
    var graph = GraphBuilder()
    graph.input("ids", [nil], type: .int64)
    graph.constant("table", randomTensor([rows, columns], seed: 11, scale: 3))
    graph.node("Gather", ["table", "ids"], ["y"], ["axis": .int(axis)])
    graph.output("y")
    return graph
  }

  private let ids = [Tensor([4], [0 as Int64, 255, 17, -1])]

  @Test func aLargeTableIsLookedUpAsIntegers() throws {
    let graph = embedding(rows: 256, columns: 16)
    let planned = try PlannedModel(graph, batches: [ids])
    #expect(planned.decisions == ["y: int8 table lookup"])
    let model = planned.converted
    #expect(
      model.listing == [
        "y_quantized = Gather(table_quantized, ids)", "y_scale = Gather(table_row_scale, ids)",
        "y_steps = Cast(y_quantized)", "y = Mul(y_steps, y_scale)",
      ])
    #expect(model.main.initializers.map { model[$0].name }.sorted() == ["table_quantized", "table_row_scale"])
    #expect(signalToNoise(try run(model, ids)[0], try run(graph.model, ids)[0]) > 40)
  }

  @Test func aSmallTableOrAnotherAxisStaysFloat() throws {
    #expect(
      try PlannedModel(embedding(rows: 128, columns: 16), batches: []).decisions == ["y: float: neighbours are float"])
    #expect(
      try PlannedModel(embedding(rows: 512, columns: 8), batches: []).decisions == ["y: float: neighbours are float"])
    #expect(
      try PlannedModel(embedding(rows: 256, columns: 256, axis: 1), batches: []).decisions == [
        "y: float: neighbours are float"
      ])
  }

  @Test func anExcludedTableStaysFloat() throws {
    let planned = try PlannedModel(embedding(rows: 256, columns: 16), batches: [ids], excluding: ["y"])
    #expect(planned.decisions == ["y: float: excluded"])
  }

  @Test func aProductOfALookupQuantizesItsInputItself() throws {
    var graph = embedding(rows: 256, columns: 16)
    graph.constant("w", randomTensor([16, 3]))
    graph.node("MatMul", ["y", "w"], ["z"])
    graph.output("z")
    let planned = try PlannedModel(graph, batches: [ids])
    #expect(planned.decisions == ["y: int8 table lookup", "z: int8 product"])
    let (actual, expected) = (try run(planned.converted, ids), try run(graph.model, ids))
    for (output, reference) in zip(actual, expected) { #expect(signalToNoise(output, reference) > 35) }
  }
}
