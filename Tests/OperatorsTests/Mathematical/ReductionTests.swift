import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct ReductionTests {
  static let input = floats([2, 3, 2], [1, 2, 3, 4, 0.5, 6, 7, 1.5, 2, 2.5, 3, 1])

  static let values: [(type: any Operator.Type, axes: [Int64], expected: [Double])] = [
    (ReduceSum.self, [1], [4.5, 12, 12, 5]),
    (ReduceSum.self, [2], [3, 7, 6.5, 8.5, 4.5, 4]),
    (ReduceSum.self, [0, 2], [11.5, 11.5, 10.5]),
    (ReduceMean.self, [1], [1.5, 4, 4, 1.666667]),
    (ReduceMean.self, [2], [1.5, 3.5, 3.25, 4.25, 2.25, 2]),
    (ReduceMean.self, [0, 2], [2.875, 2.875, 2.625]),
    (ReduceMax.self, [1], [3, 6, 7, 2.5]),
    (ReduceMax.self, [2], [2, 4, 6, 7, 2.5, 3]),
    (ReduceMax.self, [0, 2], [7, 4, 6]),
    (ReduceMin.self, [1], [0.5, 2, 2, 1]),
    (ReduceMin.self, [2], [1, 3, 0.5, 1.5, 2, 1]),
    (ReduceMin.self, [0, 2], [1, 2, 0.5]),
    (ReduceProd.self, [1], [1.5, 48, 42, 3.75]),
    (ReduceProd.self, [2], [2, 12, 3, 10.5, 5, 3]),
    (ReduceProd.self, [0, 2], [21, 60, 9]),
    (ReduceL1.self, [1], [4.5, 12, 12, 5]),
    (ReduceL1.self, [2], [3, 7, 6.5, 8.5, 4.5, 4]),
    (ReduceL1.self, [0, 2], [11.5, 11.5, 10.5]),
    (ReduceL2.self, [1], [3.201562, 7.483315, 7.874008, 3.082207]),
    (ReduceL2.self, [2], [2.236068, 5, 6.020797, 7.158911, 3.201562, 3.162278]),
    (ReduceL2.self, [0, 2], [7.5, 5.937171, 6.800735]),
    (ReduceLogSum.self, [1], [1.504077, 2.484907, 2.484907, 1.609438]),
    (ReduceLogSum.self, [2], [1.098612, 1.94591, 1.871802, 2.140066, 1.504077, 1.386294]),
    (ReduceLogSum.self, [0, 2], [2.442347, 2.442347, 2.351375]),
    (ReduceLogSumExp.self, [1], [3.196734, 6.142931, 7.024745, 2.964369]),
    (ReduceLogSumExp.self, [2], [2.313262, 4.313262, 6.004078, 7.004078, 2.974077, 3.126928]),
    (ReduceLogSumExp.self, [0, 2], [7.013216, 4.546006, 6.058846]),
    (ReduceSumSquare.self, [1], [10.25, 56, 62, 9.5]),
    (ReduceSumSquare.self, [2], [5, 25, 36.25, 51.25, 10.25, 10]),
    (ReduceSumSquare.self, [0, 2], [56.25, 35.25, 46.25]),
  ]

  @Test(arguments: values.indices) func everyReductionHasItsValues(_ index: Int) throws {
    let (type, axes, expected) = Self.values[index]
    let attributes: KeyValuePairs<String, Attribute> = ["axes": .ints(axes), "keepdims": .int(0)]
    expectClose(try run(type, [Self.input], attributes: attributes, version: 11)[0], expected)
    expectClose(try run(type, [doubled(Self.input)], attributes: attributes, version: 11)[0], expected)
  }

  @Test func axesAreAnInputInLaterVersions() throws {
    let axes = Tensor([2], [-1, 0] as [Int64])
    let sum = try run(ReduceSum.self, [Self.input, axes], version: 13)[0]
    #expect(sum.shape == [1, 3, 1])
    expectClose(sum, [11.5, 11.5, 10.5])
    expectClose(try run(ReduceMax.self, [Self.input, axes], version: 18)[0], [7, 4, 6])
  }

  @Test func withoutAxesEverythingIsReduced() throws {
    let sum = try run(ReduceSum.self, [Self.input], attributes: ["keepdims": .int(0)], version: 13)[0]
    #expect(sum.shape == .scalar)
    expectClose(sum, [33.5])
    #expect(try run(ReduceSum.self, [Self.input], version: 11)[0].shape == [1, 1, 1])
    expectClose(try run(ReduceMean.self, [Tensor(scalar: Float(4))], version: 18)[0], [4])
  }

  @Test func aReductionOverNoAxesStillAppliesItsFunction() throws {
    let input = floats([2], [-3, 2])
    let none = Tensor([0], [Int64]())
    let noop: KeyValuePairs<String, Attribute> = ["noop_with_empty_axes": .int(1)]
    #expect(try run(ReduceSum.self, [input, none], attributes: noop)[0].array(of: Float.self) == [-3, 2])
    #expect(try run(ReduceSumSquare.self, [input, none], attributes: noop)[0].array(of: Float.self) == [9, 4])
    #expect(try run(ReduceL1.self, [input], attributes: noop)[0].array(of: Float.self) == [3, 2])
    expectClose(try run(ReduceLogSumExp.self, [input, none], attributes: noop)[0], [-3, 2])
  }

  @Test func reductionsOfNoElementsGiveTheNeutralElement() throws {
    let empty = floats([2, 0], [])
    let axes = Tensor([1], [1] as [Int64])
    let expected: [(any Operator.Type, Double)] = [
      (ReduceSum.self, 0), (ReduceProd.self, 1), (ReduceL2.self, 0), (ReduceMax.self, -.infinity),
      (ReduceMin.self, .infinity), (ReduceLogSum.self, -.infinity), (ReduceLogSumExp.self, -.infinity),
      (ReduceMean.self, .nan),
    ]
    for (type, value) in expected {
      let result = try run(type, [empty, axes])[0]
      #expect(result.shape == [2, 1])
      expectClose(result, [value, value], "\(type)")
      expectClose(try run(type, [doubled(empty), axes])[0], [value, value], "\(type)")
    }
    #expect(try run(ReduceSum.self, [empty, Tensor([1], [0] as [Int64])])[0].shape == [1, 0])
  }

  @Test func integersAreReducedAsIntegers() throws {
    let input = Tensor([2, 2], [1, 2, 3, -5] as [Int32])
    let axes = Tensor([1], [1] as [Int64])
    let expected: [(any Operator.Type, [Int32])] = [
      (ReduceSum.self, [3, -2]), (ReduceMean.self, [1, -1]), (ReduceL1.self, [3, 8]), (ReduceL2.self, [2, 5]),
      (ReduceProd.self, [2, -15]), (ReduceMax.self, [2, 3]), (ReduceMin.self, [1, -5]), (ReduceLogSum.self, [1, 0]),
    ]
    for (type, values) in expected {
      #expect(try run(type, [input, axes])[0].array(of: Int32.self) == values, "\(type)")
    }
    let large = Tensor([2], [.max, 1] as [Int64])
    #expect(try run(ReduceSum.self, [large])[0].array(of: Int64.self) == [.min])
  }

  @Test func theMeanOfNoIntegersIsAnError() {
    #expect(
      message { _ = try run(ReduceMean.self, [Tensor([2, 0], [Int32]()), Tensor([1], [1] as [Int64])]) }
        == "input 0 has shape [2, 0]: the mean of no integers is undefined")
  }

  @Test func narrowIntegersAndBooleansHaveExtremesOnly() throws {
    #expect(try run(ReduceMax.self, [Tensor([3], [1, -7, 5] as [Int8])])[0].array(of: Int8.self) == [5])
    let truths = Tensor([2, 2], [true, false, false, false] as [Boolean])
    let axes = Tensor([1], [1] as [Int64])
    #expect(try run(ReduceMax.self, [truths, axes])[0].array(of: Boolean.self) == [true, false])
    #expect(try run(ReduceMin.self, [truths, axes])[0].array(of: Boolean.self) == [false, false])
    #expect(
      message { _ = try run(ReduceSum.self, [Tensor([1], [1] as [Int8])]) }
        == "input 0 has type int8, expected float32, float64 or an integer of 32 or 64 bits")
  }

  @Test func notANumberIsTheExtremeOfItsLine() throws {
    let input = floats([2, 2], [1, .nan, 3, 4])
    let axes = Tensor([1], [1] as [Int64])
    expectClose(try run(ReduceMax.self, [input, axes])[0], [.nan, 4])
    expectClose(try run(ReduceMin.self, [doubled(input), axes])[0], [.nan, 3])
  }

  @Test func exponentsThatOverflowAreSummed() throws {
    expectClose(try run(ReduceLogSumExp.self, [floats([3], [1000, 1000, -.infinity])])[0], [1000.693147])
    expectClose(try run(ReduceLogSumExp.self, [floats([2], [-.infinity, -.infinity])])[0], [-.infinity])
    expectClose(try run(ReduceLogSumExp.self, [floats([2], [.infinity, 1])])[0], [.infinity])
  }

  @Test func axesThatLieApartAreReducedTogether() throws {
    let numbers = (0..<360).map { (index: Int) -> Float in Float(index * 7 % 31 - 15) }
    var sums = [Float](repeating: 0, count: 4)
    var largest = [Float](repeating: -.infinity, count: 4)
    for (index, number) in numbers.enumerated() {
      sums[index / 30 % 4] += number
      largest[index / 30 % 4] = max(largest[index / 30 % 4], number)
    }
    let inputs = [Tensor([3, 4, 5, 6], numbers), Tensor([3], [0, 2, 3] as [Int64])]
    let result = try run(ReduceSum.self, inputs)[0]
    #expect(result.shape == [1, 4, 1, 1])
    #expect(result.array(of: Float.self) == sums)
    #expect(try run(ReduceMax.self, inputs)[0].array(of: Float.self) == largest)
    // An axis of one element does not part its neighbours.
    let one = [Tensor([1, 4, 90], numbers), Tensor([2], [0, 2] as [Int64])]
    #expect(try run(ReduceMean.self, one, attributes: ["keepdims": .int(0)])[0].shape == [4])
  }

  @Test func longSumsKeepTheirDigits() throws {
    let input = Tensor([1 << 20], repeating: Float(0.1))
    expectClose(try run(ReduceSum.self, [input])[0], [Double(Float(0.1)) * Double(1 << 20)])
  }

  @Test func anAxisOutOfRangeIsNamed() {
    #expect(
      message { _ = try run(ReduceSum.self, [Self.input, Tensor([1], [3] as [Int64])]) }
        == "axis 3 is out of range for an input of shape [2, 3, 2]")
  }

  @Test func positionsOfExtremesAreFound() throws {
    let input = floats([2, 3], [1, 3, 3, 0, -2, -2])
    #expect(try run(ArgMax.self, [input], attributes: ["axis": .int(1)])[0].array(of: Int64.self) == [1, 0])
    #expect(try run(ArgMin.self, [input], attributes: ["axis": .int(-1)])[0].array(of: Int64.self) == [0, 1])
    let last: KeyValuePairs<String, Attribute> = ["axis": .int(1), "select_last_index": .int(1), "keepdims": .int(0)]
    for tensor in [input, doubled(input)] {
      let position = try run(ArgMax.self, [tensor], attributes: last)[0]
      #expect(position.shape == [2])
      #expect(position.array(of: Int64.self) == [2, 0])
      #expect(try run(ArgMin.self, [tensor], attributes: last)[0].array(of: Int64.self) == [0, 2])
      #expect(try run(ArgMax.self, [tensor])[0].array(of: Int64.self) == [0, 0, 0])
    }
    #expect(try run(ArgMax.self, [Tensor([3], [1, 9, 3] as [UInt8])])[0].array(of: Int64.self) == [1])
  }

  @Test func notANumberIsFoundFirst() throws {
    let input = floats([4], [1, .nan, 5, .nan])
    for tensor in [input, doubled(input)] {
      #expect(try run(ArgMax.self, [tensor])[0].array(of: Int64.self) == [1])
      #expect(try run(ArgMin.self, [tensor])[0].array(of: Int64.self) == [1])
    }
  }

  @Test func anEmptyAxisHasNoExtreme() {
    #expect(
      message { _ = try run(ArgMax.self, [floats([2, 0], [])], attributes: ["axis": .int(1)]) }
        == "input 0 has shape [2, 0]: axis 1 has no elements to choose from")
  }

  @Test func productsAccumulate() throws {
    let input = floats([2, 3], [1, 2, 3, 4, 5, 6])
    func products(_ axis: Int32, _ attributes: KeyValuePairs<String, Attribute>) throws -> [Float] {
      try run(CumProd.self, [input, Tensor(scalar: axis)], attributes: attributes, version: 26)[0].array()
    }
    #expect(try products(1, [:]) == [1, 2, 6, 4, 20, 120])
    #expect(try products(0, [:]) == [1, 2, 3, 4, 10, 18])
    #expect(try products(-1, ["exclusive": .int(1)]) == [1, 1, 2, 1, 4, 20])
    #expect(try products(1, ["reverse": .int(1)]) == [6, 6, 3, 120, 30, 6])
    #expect(try products(1, ["exclusive": .int(1), "reverse": .int(1)]) == [6, 3, 1, 30, 6, 1])
  }
}
