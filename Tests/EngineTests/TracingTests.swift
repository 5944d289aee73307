import Engine
import ModelGraph
import ModelTesting
import Operators
import Tensors
import Testing

@Suite struct TracingTests {
  /// x → Relu → a → Reshape → b → MatMul → c → Add(c, c) → y
  private var model: Model {
    var graph = GraphBuilder()
    graph.input("x", [2, 6])
    graph.constant("shape", Tensor([2], [3, 4] as [Int64]))
    graph.constant("w", [4, 5], numbers(20))
    graph.node("Relu", ["x"], ["a"])
    graph.node("Reshape", ["a", "shape"], ["b"], name: "")
    graph.node("MatMul", ["b", "w"], ["c"], name: "product")
    graph.node("Add", ["c", "c"], ["y"])
    graph.output("y")
    return graph.model
  }

  private func session(passes: [any GraphPass] = []) throws -> Session {
    try Session(model, passes: passes, compute: referenceCompute)
  }

  @Test func everyNodeIsRecordedInOrderWithItsTensors() throws {
    var timings: [StepTiming] = []
    var records: [StepRecord] = []
    _ = try session().run(
      [randomTensor([2, 6])],
      tracing: { timing, record in
        timings.append(timing)
        records.append(record())
      })
    #expect(timings.map(\.index) == [0, 1, 2, 3])
    #expect(timings.allSatisfy { $0.start <= $0.end && $0.duration >= .zero })
    #expect(zip(timings, timings.dropFirst()).allSatisfy { $0.end <= $1.start })
    #expect(records.map(\.index) == [0, 1, 2, 3])
    #expect(records.map { $0.outputs.map { $0?.shape } } == [[[2, 6]], [[3, 4]], [[3, 5]], [[3, 5]]])
    #expect(records[2].inputs.map { $0?.shape } == [[3, 4], [4, 5]])
  }

  @Test func nodesAreNamedByThemselvesOrTheirOutput() throws {
    let nodes = try session().nodes
    #expect(nodes.map(\.name) == ["a", "b", "product", "y"])
    #expect(nodes.map(\.operatorName.type) == ["Relu", "Reshape", "MatMul", "Add"])
  }

  @Test func tracingDoesNotChangeTheResult() throws {
    let session = try session()
    let input = randomTensor([2, 6])
    let traced = try session.run([input], tracing: { _, _ in })
    #expect(traced[0].bytes.isEqual(to: try session.run([input])[0].bytes))
  }

  @Test func aRecordKnowsItsWork() throws {
    let session = try session()
    var work: [OperatorWork?] = []
    _ = try session.run([randomTensor([2, 6])], tracing: { _, record in work.append(session.work(of: record())) })
    #expect(work.map { $0?.multiplyAdds } == [nil, nil, 60, nil])
  }

  @Test func weightsInHalfPrecisionAreWorkToo() throws {
    var graph = GraphBuilder()
    graph.input("x", [2, 400])
    graph.constant("w", Tensor([400, 700], [Half](repeating: Half(bits: 0x3c00), count: 280_000)))
    graph.node("MatMul", ["x", "w"], ["y"])
    graph.output("y")
    let session = try Session(graph.model, compute: referenceCompute)
    var work: OperatorWork?
    _ = try session.run([randomTensor([2, 400])], tracing: { _, record in work = session.work(of: record()) })
    #expect(work?.multiplyAdds == 560_000)
    #expect(work?.arithmetic == .float)
    #expect(work?.kernel == "gemm f32 reference, 16-bit weights")
  }

  /// Bytes of four-byte elements: x and a are 12 of them, b shares those of a, c and y are 15.
  @Test func liveBytesAreInputsAndResultsStillNeeded() throws {
    var bytes: [Int] = []
    _ = try session().run([randomTensor([2, 6])], tracing: { _, record in bytes.append(record().liveBytes) })
    #expect(bytes == [4 * 24, 4 * 12, 4 * 27, 4 * 30])
  }

  @Test func passesSayHowManyNodesTheyLeave() throws {
    var graph = GraphBuilder()
    graph.input("x", [1, 1, 3, 3])
    graph.constant("w", [1, 1, 1, 1], [2])
    graph.node("Conv", ["x", "w"], ["c"])
    graph.node("Relu", ["c"], ["y"])
    graph.node("Neg", ["c"], ["unused"])
    graph.output("y")
    let session = try Session(
      graph.model, passes: [DeadNodeElimination(), ActivationFusion()], compute: referenceCompute)
    #expect(
      session.passes.map { "\($0.name) \($0.nodesBefore) \($0.nodesAfter)" } == [
        "dead-node-elimination 3 2", "activation-fusion 2 1",
      ])
  }
}
