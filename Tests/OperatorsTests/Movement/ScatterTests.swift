import Tensors
import Testing

@testable import Operators

@Suite struct ScatterTests {
  let data = Tensor([1, 5], [1, 2, 3, 4, 5] as [Float])
  let indices = Tensor([1, 2], [1, 3] as [Int64])

  @Test func updatesReplaceElements() throws {
    let updates = Tensor([1, 2], [1.1, 2.1] as [Float])
    for (type, version) in [(ScatterElements.self as any Operator.Type, 11), (Scatter.self, 9)] {
      let result = try runAny(type, [data, indices, updates], attributes: ["axis": .int(1)], version: version)
      #expect(result[0].array(of: Float.self) == [1, 1.1, 3, 2.1, 5])
    }
  }

  @Test(
    arguments: zip(
      ["add", "mul", "max", "min"], [[1, 8, 3, 4, 5], [1, 16, 3, 4, 5], [1, 4, 3, 4, 5], [1, 2, 3, 4, 5]]))
  func equalIndicesAddUp(reduction: String, expected: [Float]) throws {
    let result = try run(
      ScatterElements.self, [data, Tensor([1, 2], [1, 1] as [Int64]), Tensor([1, 2], [2, 4] as [Float])],
      attributes: ["axis": .int(-1), "reduction": .string(Array(reduction.utf8))])[0]
    #expect(result.array(of: Float.self) == expected)
  }

  @Test func integersWrapAround() throws {
    let result = try run(
      ScatterElements.self,
      [Tensor([1], [Int8.max]), Tensor([1], [0 as Int64]), Tensor([1], [1 as Int8])],
      attributes: ["reduction": .string(Array("add".utf8))])[0]
    #expect(result.array(of: Int8.self) == [.min])
  }

  @Test func reductionsAreRefusedBeforeTheirVersion() {
    func refused(_ reduction: String, _ version: Int) -> String {
      message {
        _ = try run(
          ScatterElements.self, [data, indices, indices], attributes: ["reduction": .string(Array(reduction.utf8))],
          version: version)
      }
    }
    #expect(refused("max", 17) == "attribute \"reduction\" is \"max\", which exists since version 18")
    #expect(refused("add", 13) == "attribute \"reduction\" is \"add\", which exists since version 16")
    #expect(
      refused("sub", 18)
        == "attribute \"reduction\" is \"sub\", expected one of \"none\", \"add\", \"mul\", \"max\", \"min\"")
  }

  @Test func slicesAreScatteredByTuples() throws {
    let matrix = Tensor([3, 2], repeating: Int32(0))
    let updates = Tensor([2, 2], [1, 2, 3, 4] as [Int32])
    let result = try run(ScatterND.self, [matrix, Tensor([2, 1], [2, 0] as [Int64]), updates])[0]
    #expect(result.array(of: Int32.self) == [3, 4, 0, 0, 1, 2])
  }

  @Test func updatesMustFit() {
    let updates = Tensor([1, 3], repeating: Float(0))
    #expect(
      message { _ = try run(ScatterElements.self, [data, indices, updates], attributes: ["axis": .int(1)]) }
        == "input 2 has shape [1, 3], expected [1, 2] as the indices have")
    #expect(
      message { _ = try run(ScatterND.self, [data, Tensor([1, 1], [0 as Int64]), updates]) }
        == "input 2 has shape [1, 3], expected [1, 5]")
    #expect(
      message { _ = try run(ScatterElements.self, [data, indices, Tensor([1, 2], [0, 1] as [Int64])]) }
        == "input 2 has type int64, expected float32")
  }
}
