import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct LinearQuantizationTests {
  @Test func roundsHalfToEvenAndSaturates() throws {
    let data = Tensor([8], [1, 3, -1, -3, 600, -600, 5, .nan] as [Float])
    let scale = Tensor(scalar: Float(2))
    let unsigned = try run(QuantizeLinear.self, [data, scale, Tensor(scalar: UInt8(10))])[0]
    #expect(unsigned.array(of: UInt8.self) == [10, 12, 10, 8, 255, 0, 12, 0])
    let signed = try run(QuantizeLinear.self, [data, scale, Tensor(scalar: Int8(-1))])[0]
    #expect(signed.array(of: Int8.self) == [-1, 1, -1, -3, 127, -128, 1, -128])
  }

  @Test func scalesRunAlongAnAxis() throws {
    let data = Tensor([2, 2], [10, 10, 20, 20] as [Float])
    let scales = Tensor([2], [1, 2] as [Float])
    let zeros = Tensor([2], [0, 100] as [UInt8])
    let columns = try run(QuantizeLinear.self, [data, scales, zeros])[0]
    #expect(columns.array(of: UInt8.self) == [10, 105, 20, 110])
    let rows = try run(QuantizeLinear.self, [data, scales, zeros], attributes: ["axis": .int(-2)])[0]
    #expect(rows.array(of: UInt8.self) == [10, 10, 110, 110])
    let back = try run(DequantizeLinear.self, [rows, scales, zeros], attributes: ["axis": .int(0)])[0]
    expect(back, [2, 2], isNear: [10, 10, 20, 20])
  }

  @Test func blocksOfNeighboursShareAScale() throws {
    let data = Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Int8])
    let scales = Tensor([2, 2], [1, 10, 100, 1000] as [Float])
    let blocks: KeyValuePairs<String, Attribute> = ["axis": .int(0), "block_size": .int(2)]
    let real = try run(DequantizeLinear.self, [data, scales], attributes: blocks)[0]
    expect(real, [3, 2], isNear: [1, 20, 3, 40, 500, 6000])
    let again = try run(
      QuantizeLinear.self, [real, scales, Tensor([2, 2], [0, 0, 0, 0] as [Int8])], attributes: blocks)[0]
    #expect(again.array(of: Int8.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test func fourBitsArePackedLowHalfFirst() throws {
    let data = Tensor([3], [-20, 3, 7] as [Float])
    let int4 = DataType.int4.rawValue
    let packed = try run(
      QuantizeLinear.self, [data, Tensor(scalar: Float(1))], attributes: ["output_dtype": .int(Int64(int4))])[0]
    #expect(packed.type == .int4)
    #expect(packed.bytes.span.byteCount == 2)
    expect(try run(DequantizeLinear.self, [packed, Tensor(scalar: Float(2))])[0], [3], isNear: [-16, 6, 14])
  }

  @Test func sixteenBitsAndBiases() throws {
    let wide = try run(
      QuantizeLinear.self, [Tensor([2], [-1, 70000] as [Float]), Tensor(scalar: Float(1)), Tensor(scalar: UInt16(5))])[
        0]
    #expect(wide.array(of: UInt16.self) == [4, 65535])
    let bias = try run(DequantizeLinear.self, [Tensor([1], [-3] as [Int32]), Tensor(scalar: Float(0.5))])[0]
    expect(bias, [1], isNear: [-1.5])
  }

  @Test func typesFollowZeroPointsAndScales() throws {
    func reader(_ attributes: KeyValuePairs<String, Attribute> = [:]) -> NodeReader {
      NodeReader(
        Node(
          QuantizeLinear.schema.name, inputs: [ValueID(0), ValueID(1)], outputs: [ValueID(2)],
          attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) })), version: 21)
    }
    #expect(try QuantizeLinear(reader()).outputTypes([.float32, .float32]) == [.uint8])
    #expect(try QuantizeLinear(reader()).outputTypes([.float32, .float32, .int16]) == [.int16])
    let signed = reader(["output_dtype": .int(Int64(DataType.int8.rawValue))])
    #expect(try QuantizeLinear(signed).outputTypes([.float32, .float32, nil]) == [.int8])
    #expect(try DequantizeLinear(reader()).outputTypes([.int8, .float16, .int8]) == [.float16])
  }

  @Test func theDomainOfRuntimesHasTheSameOperators() throws {
    let data = Tensor([1], [3] as [Float])
    let result = try run(
      MicrosoftQuantizeLinear.self, [data, Tensor(scalar: Float(2)), Tensor(scalar: Int16(1))], version: 1)[0]
    #expect(result.array(of: Int16.self) == [3])
    expect(
      try run(MicrosoftDequantizeLinear.self, [result, Tensor(scalar: Float(2)), Tensor(scalar: Int16(1))])[0], [1],
      isNear: [4])
  }

  @Test func dynamicRangesIncludeZero() throws {
    let results = try run(DynamicQuantizeLinear.self, [Tensor([3], [2, 51, 7.5] as [Float])], outputs: 3)
    #expect(results[0].array(of: UInt8.self) == [10, 255, 38])
    #expect(results[1].array(of: Float.self) == [0.2])
    #expect(results[2].array(of: UInt8.self) == [0])
    let zeros = try run(DynamicQuantizeLinear.self, [Tensor([2], [0, 0] as [Float])], outputs: 3)
    #expect(zeros[1].array(of: Float.self) == [1])
  }

  @Test func mistakesAreNamed() {
    let (data, scale) = (counting([2, 3]), Tensor(scalar: Float(1)))
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, counting([2])]) }
        == "input 1 has shape [2], expected one element or [3] for axis 1 of input 0")
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, counting([2])], attributes: ["axis": .int(2)]) }
        == "attribute \"axis\" is 2 but input 0 has shape [2, 3]")
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, counting([3]), Tensor([2], [0, 0] as [UInt8])]) }
        == "input 2 has shape [2] but input 1 has shape [3]")
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, scale], attributes: ["output_dtype": .int(17)]) }
        == "quantization to float8e4m3fn is not supported")
    #expect(
      message { _ = try run(DequantizeLinear.self, [Tensor([1], [0] as [UInt8]), scale, Tensor(scalar: Int8(0))]) }
        == "input 2 has type int8, expected uint8 as the values it belongs to")
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, counting([2, 2])], attributes: ["block_size": .int(2)]) }
        == "no error")
    #expect(
      message { _ = try run(QuantizeLinear.self, [data, counting([1, 2])], attributes: ["block_size": .int(2)]) }
        == "input 1 has shape [1, 2], expected [2, 2] for blocks of 2 along axis 1")
  }
}
