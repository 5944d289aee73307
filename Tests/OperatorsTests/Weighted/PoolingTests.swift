import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct PoolingTests {
  let image = counting([1, 1, 3, 3])

  @Test func maximaComeWithTheirPlaces() throws {
    let results = try run(
      MaxPool.self, [Tensor([1, 1, 4], [5, 5, 1, 7] as [Float])],
      attributes: ["kernel_shape": .ints([2]), "strides": .ints([2])], outputs: 2)
    expect(results[0], [1, 1, 2], isNear: [5, 7])
    #expect(results[1].array(of: Int64.self) == [0, 3])
  }

  /// Expected values from ONNX Runtime 1.32.
  @Test func partialWindowsAndColumnMajorPlaces() throws {
    let results = try run(
      MaxPool.self, [image],
      attributes: [
        "kernel_shape": .ints([2, 2]), "strides": .ints([2, 2]), "ceil_mode": .int(1), "storage_order": .int(1),
      ], outputs: 2)
    expect(results[0], [1, 1, 2, 2], isNear: [5, 6, 8, 9])
    #expect(results[1].array(of: Int64.self) == [4, 7, 5, 8])
  }

  @Test func bytesArePooledAsTheyAre() throws {
    let result = try run(
      MaxPool.self, [Tensor([1, 1, 3], [-128, -5, -7] as [Int8])], attributes: ["kernel_shape": .ints([3])])[0]
    #expect(result.array(of: Int8.self) == [-5])
  }

  @Test func paddingCountsOnlyWhereItShould() throws {
    let windows: KeyValuePairs<String, Attribute> = [
      "kernel_shape": .ints([2, 2]), "strides": .ints([2, 2]), "pads": .ints([1, 1, 0, 0]),
    ]
    expect(try run(AveragePool.self, [image], attributes: windows)[0], [1, 1, 2, 2], isNear: [1, 2.5, 5.5, 7])
    let counted: KeyValuePairs<String, Attribute> = [
      "kernel_shape": .ints([2, 2]), "strides": .ints([2, 2]), "pads": .ints([1, 1, 0, 0]),
      "count_include_pad": .int(1),
    ]
    expect(try run(AveragePool.self, [image], attributes: counted)[0], [1, 1, 2, 2], isNear: [0.25, 1.25, 2.75, 7])
  }

  @Test func aWindowPastThePaddingCountsLess() throws {
    let result = try run(
      AveragePool.self, [counting([1, 1, 3])],
      attributes: [
        "kernel_shape": .ints([2]), "strides": .ints([2]), "ceil_mode": .int(1), "count_include_pad": .int(1),
      ])[0]
    expect(result, [1, 1, 2], isNear: [1.5, 3])
  }

  @Test func globalPoolingLeavesOneElementPerChannel() throws {
    let data = counting([1, 2, 2, 2])
    expect(try run(GlobalAveragePool.self, [data])[0], [1, 2, 1, 1], isNear: [2.5, 6.5])
    expect(try run(GlobalMaxPool.self, [data])[0], [1, 2, 1, 1], isNear: [4, 8])
    let last = try run(GlobalAveragePool.self, [data], attributes: ["channels_last": .int(1)])[0]
    expect(last, [1, 1, 1, 2], isNear: [4, 5])
    expect(try run(GlobalLpPool.self, [data])[0], [1, 2, 1, 1], isNear: [5.477226, 13.190906])
  }

  @Test func channelsLastPoolsEachChannel() throws {
    let data = Tensor([1, 1, 3, 2], [1, 60, 2, 50, 3, 40] as [Float])
    let result = try run(
      MaxPool.self, [data], attributes: ["kernel_shape": .ints([1, 2]), "channels_last": .int(1)], outputs: 2)
    expect(result[0], [1, 1, 2, 2], isNear: [2, 60, 3, 50])
    // Places count over [batch, channels, spatial…] all the same.
    #expect(result[1].array(of: Int64.self) == [1, 3, 2, 4])
  }

  /// Expected values from ONNX Runtime 1.32.
  @Test func normsOfAnyPower() throws {
    let result = try run(LpPool.self, [image], attributes: ["kernel_shape": .ints([2, 2]), "p": .int(3)])[0]
    expect(result, [1, 1, 2, 2], isNear: [5.828477, 7.217653, 10.14457, 11.65205])
  }

  @Test func unpoolingPutsMaximaBack() throws {
    let result = try run(
      MaxUnpool.self, [Tensor([1, 1, 2], [5, 7] as [Float]), Tensor([1, 1, 2], [0, 3] as [Int64])],
      attributes: ["kernel_shape": .ints([2]), "strides": .ints([2])])[0]
    expect(result, [1, 1, 4], isNear: [5, 0, 0, 7])
    #expect(
      message {
        _ = try run(
          MaxUnpool.self, [Tensor([1, 1, 1], [5] as [Float]), Tensor([1, 1, 1], [2] as [Int64])],
          attributes: ["kernel_shape": .ints([2])])
      } == "input 1 holds the index 2, outside the pooled data of shape [1, 1, 2]")
  }

  @Test func theOnlyWindowMayBePartial() throws {
    // Six elements under a window of seven: ⌈(6 − 7) / 3⌉ + 1 = 1 window.
    let line = floats([1, 1, 6], [1, 2, 3, 4, 5, 6])
    let attributes: KeyValuePairs<String, Attribute> = [
      "kernel_shape": .ints([7]), "strides": .ints([3]), "ceil_mode": .int(1),
    ]
    #expect(try run(MaxPool.self, [line], attributes: attributes)[0].array(of: Float.self) == [6])
    #expect(try run(AveragePool.self, [line], attributes: attributes)[0].array(of: Float.self) == [3.5])
    #expect(
      message {
        _ = try run(MaxPool.self, [line], attributes: ["kernel_shape": .ints([7]), "ceil_mode": .int(1)])
      } == "input 0 has 6 elements with padding on spatial axis 0, fewer than the 7 of the window")
  }

  @Test func mistakesAreNamed() {
    func said(_ attributes: KeyValuePairs<String, Attribute>) -> String {
      message { _ = try run(MaxPool.self, [image], attributes: attributes) }
    }
    #expect(said([:]) == "attribute \"kernel_shape\" is missing")
    #expect(
      said(["kernel_shape": .ints([2])]) == "attribute \"kernel_shape\" has 1 values, expected 2 for 2 spatial axes")
    #expect(
      said(["kernel_shape": .ints([4, 2])])
        == "input 0 has 3 elements with padding on spatial axis 0, fewer than the 4 of the window")
    #expect(
      said(["kernel_shape": .ints([2, 2]), "pads": .ints([2, 0, 0, 0])])
        == "attribute \"pads\" has the value 2, expected less than the 2 elements that the window spans")
    #expect(
      message { _ = try run(LpPool.self, [image], attributes: ["kernel_shape": .ints([2, 2]), "p": .int(0)]) }
        == "attribute \"p\" is 0, expected 1 or more")
    #expect(
      message {
        _ = try run(MaxPool.self, [Tensor([1, 1, 1], [1] as [Int32])], attributes: ["kernel_shape": .ints([1])])
      }
        == "input 0 has type int32, expected a floating-point type, int8 or uint8")
  }
}
