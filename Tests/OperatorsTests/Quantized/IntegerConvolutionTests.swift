import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values from ONNX Runtime 1.32 unless said otherwise.
@Suite struct IntegerConvolutionTests {
  let image: [UInt8] = [1, 50, 100, 150, 200, 255, 7, 31, 64]
  let weights = Tensor([2, 1, 2, 2], [-3, 5, 7, -9, 100, -100, 20, 30] as [Int8])
  let pads: KeyValuePairs<String, Attribute> = ["pads": .ints([1, 0, 0, 1])]
  let expected: [UInt8] = [10, 9, 16, 9, 9, 22, 15, 15, 10, 11, 20, 16, 20, 28, 50, 0, 0, 89]

  func inputs(_ image: Tensor, zero: Tensor, outputZero: Tensor) -> [Tensor?] {
    [
      image, Tensor(scalar: Float(0.02)), zero, weights, Tensor([2], [0.01, 0.005] as [Float]),
      Tensor([2], [0, 0] as [Int8]), Tensor(scalar: Float(0.03)), outputZero, Tensor([2], [100, -200] as [Int32]),
    ]
  }

  @Test(arguments: [false, true]) func padsWithTheZeroPoint(prepared: Bool) throws {
    let data = Tensor([1, 1, 3, 3], image)
    let given = inputs(data, zero: Tensor(scalar: UInt8(30)), outputZero: Tensor(scalar: UInt8(12)))
    let result = try run(QLinearConv.self, given, attributes: pads, prepare: prepared)[0]
    #expect(result.shape == [1, 2, 3, 3])
    #expect(result.array(of: UInt8.self) == expected)
  }

  @Test func signedDataGivesTheSameLess128() throws {
    let data = Tensor([1, 1, 3, 3], image.map { Int8(Int($0) - 128) })
    let given = inputs(data, zero: Tensor(scalar: Int8(-98)), outputZero: Tensor(scalar: Int8(-116)))
    let result = try run(QLinearConv.self, given, attributes: pads)[0]
    #expect(result.array(of: Int8.self) == expected.map { Int8(Int($0) - 128) })
  }

  @Test func channelsLastOnlyMovesTheResult() throws {
    let data = Tensor([1, 3, 3, 1], image)
    let given = inputs(data, zero: Tensor(scalar: UInt8(30)), outputZero: Tensor(scalar: UInt8(12)))
    let result = try run(
      QLinearConv.self, given, attributes: ["pads": .ints([1, 0, 0, 1]), "channels_last": .int(1)])[0]
    #expect(result.shape == [1, 3, 3, 2])
    let pixels = result.array(of: UInt8.self)
    let planes: [UInt8] = (0..<18).map { index in pixels[index % 9 * 2 + index / 9] }
    #expect(planes == expected)
  }

  @Test(arguments: [false, true]) func unsignedWeightsGiveSums(prepared: Bool) throws {
    let unsigned = Tensor([2, 1, 2, 2], weights.array(of: Int8.self).map { UInt8(Int($0) + 128) })
    let result = try run(
      ConvInteger.self,
      [Tensor([1, 1, 3, 3], image), unsigned, Tensor(scalar: UInt8(30)), Tensor(scalar: UInt8(128))],
      attributes: pads, prepare: prepared)[0]
    #expect(
      result.array(of: Int32.self) == [
        -383, -490, 490, -503, -545, 1365, 320, 316, -437, 20, 2500, 1400, 2600, 5150, 11500, -5430, -4460, 23180,
      ])
  }

  /// The table turns values around.
  @Test(arguments: [false, true]) func resultsAreLookedUpInATable(prepared: Bool) throws {
    let data = Tensor([1, 1, 3, 3], image)
    let given = inputs(data, zero: Tensor(scalar: UInt8(30)), outputZero: Tensor(scalar: UInt8(12)))
    let table = Tensor([256], (0...255).map { 255 - UInt8($0) })
    let result = try run(TabulatedConvolution.self, given + [table], attributes: pads, prepare: prepared)[0]
    #expect(result.array(of: UInt8.self) == expected.map { 255 - $0 })
    #expect(
      message { _ = try run(TabulatedConvolution.self, given, attributes: pads, prepare: prepared) }
        == "input 9 is missing, expected a table")
    #expect(
      message {
        let short = Tensor([2], [1, 2] as [UInt8])
        _ = try run(TabulatedConvolution.self, given + [short], attributes: pads, prepare: prepared)
      } == "input 9 has 2 elements, expected 256")
  }

  @Test func threeSpatialAxes() throws {
    // By hand: (1 − 1)·2 + (3 − 1)·(−1) and (3 − 1)·2 + (2 − 1)·(−1).
    let result = try run(
      ConvInteger.self,
      [
        Tensor([1, 1, 1, 1, 3], [1, 3, 2] as [UInt8]), Tensor([1, 1, 1, 1, 2], [2, -1] as [Int8]),
        Tensor(scalar: UInt8(1)),
      ])[0]
    #expect(result.array(of: Int32.self) == [-2, 3])
  }

  @Test func mistakesAreNamed() {
    let data = Tensor([1, 1, 3, 3], image)
    var given = inputs(data, zero: Tensor(scalar: UInt8(30)), outputZero: Tensor(scalar: UInt8(12)))
    given[8] = Tensor([1], [0] as [Int32])
    #expect(
      message { _ = try run(QLinearConv.self, given) } == "input 8 is int32 of shape [1], expected int32 of shape [2]")
    given[8] = nil
    given[2] = Tensor(scalar: Int8(0))
    #expect(
      message { _ = try run(QLinearConv.self, given) }
        == "input 2 has type int8, expected uint8 as the values it belongs to")
    given[0] = Tensor([1, 2, 3, 3], image + image)
    given[2] = Tensor(scalar: UInt8(0))
    #expect(
      message { _ = try run(QLinearConv.self, given) }
        == "input 3 has shape [2, 1, 2, 2] but input 0 has 2 channels")
  }
}
