import Conversion
import Engine
import ModelGraph
import ModelTesting
import Tensors
import Testing

@Suite struct VerificationTests {
  private func session(_ type: String, input: String = "x", shape: [Int?] = [nil, 3]) throws -> Session {
    var graph = GraphBuilder()
    graph.input(input, shape)
    graph.node(type, [input], ["y"])
    graph.output("y")
    return try Session(graph.model, compute: compute)
  }

  private func failure(_ body: () throws(VerificationError) -> Void) -> String {
    do throws(VerificationError) {
      try body()
      return "no error"
    } catch { return error.message }
  }

  @Test func differencesAreGatheredOverAllBatches() throws {
    var verification = try Verification(reference: session("Relu"), candidate: session("Identity"))
    try verification.compare([Tensor([1, 3], [1 as Float, 2, 3])])
    try verification.compare([Tensor([1, 3], [-1 as Float, -4, 2])])
    #expect(verification.outputs.map(\.name) == ["y"])
    #expect(verification.outputs[0].elements == 6)
    #expect(verification.outputs[0].maxAbsoluteError == 4)
  }

  @Test func modelsWithOtherInputsAreRefused() throws {
    let (first, second) = (try session("Relu"), try session("Relu", input: "z"))
    #expect(
      failure { () throws(VerificationError) in _ = try Verification(reference: first, candidate: second) }
        == "takes inputs \"z\", the reference inputs \"x\"")
  }

  @Test func outputsOfAnotherShapeAreRefused() throws {
    var verification = try Verification(reference: session("Relu"), candidate: session("Flatten", shape: [nil, 1, 3]))
    let error = failure { () throws(VerificationError) in try verification.compare([randomTensor([2, 3])]) }
    #expect(error == "the candidate fails: input \"x\" has shape [2, 3], expected [?, 1, 3]")
    var other = try Verification(reference: session("Relu"), candidate: session("Transpose"))
    #expect(
      failure { () throws(VerificationError) in try other.compare([randomTensor([2, 3])]) }
        == "output \"y\" has shape [3, 2], the reference's [2, 3]")
  }

  @Test func timingTakesAtLeastTheRoundsAskedFor() throws {
    var verification = try Verification(reference: session("Relu"), candidate: session("Relu"))
    try verification.measure([randomTensor([2, 3])], rounds: 5, seconds: 0)
    #expect(verification.timing.reference.count == 5)
    #expect(verification.timing.candidate.count == 5)
  }

  @Test func valuesBeyondTheRangeOfFloat16AreNoticed() throws {
    var graph = GraphBuilder()
    graph.input("x", [2])
    graph.node("Cast", ["x"], ["h"], ["to": .int(10)])
    graph.node("Mul", ["h", "h"], ["square"])
    graph.node("Sqrt", ["square"], ["root"])
    graph.node("Cast", ["root"], ["y"], ["to": .int(1)])
    graph.output("y")
    let model = graph.model
    let square = ValueID(try #require(model.values.firstIndex { $0.name == "square" }))
    let candidate = try Session(model, compute: compute)
    var verification = try Verification(
      reference: session("Abs", shape: [2]), candidate: candidate, halfValues: model.halfValues())
    try verification.compare([Tensor([2], [10 as Float, 20])])
    #expect(verification.overflowingHalfValues == [])
    try verification.compare([Tensor([2], [10 as Float, 300])])
    #expect(verification.overflowingHalfValues == [square])
  }
}
