import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct ClipTests {
  let input = floats([4], [.nan, 5, -5, .infinity])

  @Test func boundsAreInputsFromVersion11On() throws {
    let result = try run(Clip.self, [input, Tensor(scalar: Float(-1)), Tensor(scalar: Float(2))], version: 13)[0]
    expectClose(result, [.nan, 2, -1, 2])
    let lower = try run(Clip.self, [input, nil, Tensor(scalar: Float(2))], version: 13)[0]
    expectClose(lower, [.nan, 2, -5, 2])
  }

  @Test func boundsAreAttributesBefore() throws {
    let result = try run(Clip.self, [input], attributes: ["min": .float(0), "max": .float(6)], version: 6)[0]
    expectClose(result, [.nan, 5, 0, 6])
  }

  @Test func withoutBoundsInfinitiesBecomeFinite() throws {
    #expect(try run(Clip.self, [input])[0].array(of: Float.self).last == Float.greatestFiniteMagnitude)
    #expect(try run(Clip.self, [doubled(input)])[0].array(of: Double.self).last == Double.greatestFiniteMagnitude)
  }

  @Test func boundsTheWrongWayRoundGiveTheUpperOne() throws {
    let bounds = [Tensor(scalar: Float(3)), Tensor(scalar: Float(2))]
    expectClose(try run(Clip.self, [input] + bounds)[0], [.nan, 2, 2, 2])
    expectClose(try run(Clip.self, [doubled(input)] + bounds.map { doubled($0) })[0], [.nan, 2, 2, 2])
  }

  @Test func integersAreClipped() throws {
    let input = Tensor([3], [-5, 1, 9] as [Int64])
    let result = try run(Clip.self, [input, Tensor(scalar: Int64(0)), Tensor([1], [3] as [Int64])])[0]
    #expect(result.array(of: Int64.self) == [0, 1, 3])
  }

  @Test func aBoundOfSeveralElementsIsRefused() {
    #expect(
      message { _ = try run(Clip.self, [input, floats([2], [1, 2])]) } == "input 1 has shape [2], expected a scalar")
  }

  @Test func aLowerBoundOfZeroIsAClampForThePlanner() throws {
    func rule(_ attributes: KeyValuePairs<String, Attribute>, version: Int, constants: [Tensor?]) throws
      -> QuantizationRule
    {
      let node = Node(
        Clip.schema.name, inputs: constants.indices.map { ValueID($0) }, outputs: [ValueID(9)],
        attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
      return try Clip(NodeReader(node, version: version)).prepared(with: constants).quantization
    }
    let six = Tensor(scalar: Float(6))
    #expect(try rule(["min": .float(0), "max": .float(6)], version: 6, constants: [nil]) == .clamp(upper: 6))
    #expect(try rule(["min": .float(-1), "max": .float(6)], version: 6, constants: [nil]) == .keepFloat)
    #expect(try rule([:], version: 13, constants: [nil, Tensor(scalar: Float(0)), six]) == .clamp(upper: 6))
    #expect(try rule([:], version: 13, constants: [nil, Tensor(scalar: Float(0))]) == .clamp(upper: nil))
    #expect(try rule([:], version: 13, constants: [nil, nil, six]) == .keepFloat)
  }
}
