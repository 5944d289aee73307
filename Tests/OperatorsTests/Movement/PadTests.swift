import Tensors
import Testing

@testable import Operators

@Suite struct PadTests {
  let row = Tensor([4], [1, 2, 3, 4] as [Float])

  private func pad(_ before: Int64, _ after: Int64, mode: String, _ input: Tensor? = nil) throws -> [Float] {
    try run(
      Pad.self, [input ?? row, Tensor([2], [before, after])], attributes: ["mode": .string(Array(mode.utf8))])[0]
      .array(of: Float.self)
  }

  // Expected values: numpy.pad.
  @Test func eachModeContinuesTheData() throws {
    #expect(try pad(2, 1, mode: "constant") == [0, 0, 1, 2, 3, 4, 0])
    #expect(try pad(2, 1, mode: "edge") == [1, 1, 1, 2, 3, 4, 4])
    #expect(try pad(2, 3, mode: "reflect") == [3, 2, 1, 2, 3, 4, 3, 2, 1])
    #expect(try pad(2, 3, mode: "wrap") == [3, 4, 1, 2, 3, 4, 1, 2, 3])
    #expect(try pad(7, 0, mode: "reflect") == [2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4])
  }

  @Test func negativeCountsCutOff() throws {
    #expect(try pad(-1, 1, mode: "constant") == [2, 3, 4, 0])
    #expect(try pad(-1, 2, mode: "reflect") == [2, 3, 4, 3, 2])
    #expect(try pad(-2, -2, mode: "edge") == [])
  }

  @Test func theConstantAndTheAxesAreInputs() throws {
    let matrix = Tensor([1, 2], [1, 2] as [Int32])
    let result = try run(
      Pad.self,
      [matrix, Tensor([2], [1, 0] as [Int64]), Tensor(scalar: Int32(9)), Tensor([1], [-2 as Int32])])[0]
    #expect(result.shape == [2, 2])
    #expect(result.array(of: Int32.self) == [9, 9, 1, 2])
  }

  @Test func attributesAreReadBeforeVersion11() throws {
    let result = try run(
      Pad.self, [row], attributes: ["pads": .ints([0, 1]), "value": .float(5)], version: 10)[0]
    #expect(result.array(of: Float.self) == [1, 2, 3, 4, 5])
  }

  @Test func impossiblePaddingIsRefused() {
    #expect(message { _ = try pad(-3, -2, mode: "constant") } == "input 1 pads a size of 4 by -3 and -2")
    #expect(
      message { _ = try pad(.min, .max, mode: "edge") }
        == "input 1 pads a size of 4 by -9223372036854775808 and 9223372036854775807")
    #expect(
      message { _ = try pad(1, 0, mode: "edge", Tensor([0], [] as [Float])) }
        == "input 1 pads an axis without entries in mode \"edge\"")
    #expect(
      message { _ = try run(Pad.self, [row, Tensor([1], [1 as Int64])]) }
        == "input 1 has 1 counts, expected two for each of 1 axes")
    #expect(
      message {
        _ = try run(
          Pad.self, [row, Tensor([2], [1, 1] as [Int64])], attributes: ["mode": .string(Array("wrap".utf8))],
          version: 18)
      } == "attribute \"mode\" is \"wrap\", which exists since version 19")
  }

  @Test func croppingAndPaddingKeepsTheCentre() throws {
    let result = try run(CenterCropPad.self, [row, Tensor([1], [7 as Int64])])[0]
    #expect(result.array(of: Float.self) == [0, 1, 2, 3, 4, 0, 0])
    let cut = try run(CenterCropPad.self, [row, Tensor([1], [1 as Int64])])[0]
    #expect(cut.array(of: Float.self) == [2])
  }
}
