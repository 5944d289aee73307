import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values: the ONNX reference implementation and ONNX Runtime, which agree on them.
@Suite struct ResizeTests {
  let square = Tensor([1, 1, 2, 2], [1, 2, 3, 4] as [Float])

  private func resize(
    _ input: Tensor, scales: [Float]? = nil, sizes: [Int64]? = nil, roi: [Float]? = nil,
    _ attributes: KeyValuePairs<String, Attribute>, version: Int = 19
  ) throws -> Tensor {
    func vector(_ numbers: [Float]) -> Tensor { Tensor([numbers.count], numbers) }
    return try run(
      Resize.self, [input, roi.map(vector), scales.map(vector), sizes.map { Tensor([$0.count], $0) }],
      attributes: attributes, version: version)[0]
  }

  private func text(_ string: String) -> Attribute { .string(Array(string.utf8)) }

  @Test func theNearestEntryIsRepeated() throws {
    let result = try resize(square, scales: [1, 1, 2, 3], ["mode": text("nearest")])
    #expect(result.shape == [1, 1, 4, 6])
    #expect(
      result.array(of: Float.self) == [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4])
  }

  /// What is kept from one run must not serve for another shape.
  @Test func oneNodeResizesOneShapeAfterAnother() throws {
    let resize = try makeOperator(
      Resize.self, inputCount: 3,
      attributes: [
        "mode": text("nearest"), "nearest_mode": text("floor"), "coordinate_transformation_mode": text("asymmetric"),
      ])
    let scales = Tensor([2], [1, 2] as [Float])
    for (input, expected) in [
      ([1, 2], [1, 1, 2, 2]), ([1, 2], [1, 1, 2, 2]), ([5, 6, 7], [5, 5, 6, 6, 7, 7]), ([8, 9], [8, 8, 9, 9]),
    ] as [([Float], [Float])] {
      let inputs = OperatorInputs(
        [Tensor([1, input.count], input), nil, scales], compute: Compute(tier: .reference, threads: 1))
      let result = try resize.run(inputs)[0]
      #expect(result.shape == [1, expected.count])
      #expect(result.array(of: Float.self) == expected)
    }
  }

  @Test func linearInterpolationMixesNeighbours() throws {
    let result = try resize(square, scales: [1, 1, 2, 2], ["mode": text("linear")])
    #expect(
      result.array(of: Float.self) == [
        1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4,
      ])
    let corners = try resize(
      square, sizes: [1, 1, 3, 3], ["mode": text("linear"), "coordinate_transformation_mode": text("align_corners")])
    #expect(corners.array(of: Float.self) == [1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4])
  }

  @Test func halfwayCasesFollowTheRounding() throws {
    let row = Tensor([1, 1, 1, 4], [1, 2, 3, 4] as [Float])
    func nearest(_ mode: String) throws -> [Float] {
      try resize(
        row, sizes: [1, 1, 1, 8],
        ["nearest_mode": text(mode), "coordinate_transformation_mode": text("asymmetric")]
      ).array(of: Float.self)
    }
    #expect(try nearest("round_prefer_floor") == [1, 1, 2, 2, 3, 3, 4, 4])
    #expect(try nearest("round_prefer_ceil") == [1, 2, 2, 3, 3, 4, 4, 4])
    #expect(try nearest("floor") == [1, 1, 2, 2, 3, 3, 4, 4])
    #expect(try nearest("ceil") == [1, 2, 2, 3, 3, 4, 4, 4])
  }

  @Test func antialiasingCountsEveryEntry() throws {
    let row = Tensor([1, 1, 1, 4], [1, 2, 3, 4] as [Float])
    let result = try resize(row, sizes: [1, 1, 1, 2], ["mode": text("linear"), "antialias": .int(1)])
    #expect(result.array(of: Float.self) == [1.625, 3.375])
  }

  @Test func sizesKeepTheAspectRatioWhereAsked() throws {
    let wide = Tensor([1, 1, 2, 4], repeating: Float(1))
    func shape(_ policy: String) throws -> Shape {
      try resize(wide, sizes: [7, 8], ["axes": .ints([2, 3]), "keep_aspect_ratio_policy": text(policy)]).shape
    }
    #expect(try shape("stretch") == [1, 1, 7, 8])
    #expect(try shape("not_larger") == [1, 1, 4, 8])
    #expect(try shape("not_smaller") == [1, 1, 7, 14])
  }

  @Test func cropsExtrapolateOutside() throws {
    let result = try resize(
      square, sizes: [1, 1, 1, 3], roi: [0, 0, 0, 0, 1, 1, 0, 2],
      [
        "mode": text("linear"), "coordinate_transformation_mode": text("tf_crop_and_resize"),
        "extrapolation_value": .float(9),
      ])
    #expect(result.array(of: Float.self) == [1, 2, 9])
  }

  @Test func version10TakesScalesAsItsSecondInput() throws {
    let result = try run(
      Resize.self, [square, Tensor([4], [1, 1, 1, 2] as [Float])], version: 10)[0]
    #expect(result.array(of: Float.self) == [1, 1, 2, 2, 3, 3, 4, 4])
  }

  @Test func upsampleTakesScalesFromAttributeOrInput() throws {
    let scales: Attribute = .floats([1, 1, 1, 2])
    #expect(
      try run(Upsample.self, [square], attributes: ["scales": scales], version: 7)[0].array(of: Float.self)
        == [1, 1, 2, 2, 3, 3, 4, 4])
    let linear = try run(
      Upsample.self, [square, Tensor([4], [1, 1, 1, 2] as [Float])], attributes: ["mode": text("linear")], version: 9)
    #expect(linear[0].array(of: Float.self) == [1, 1.5, 2, 2, 3, 3.5, 4, 4])
  }

  @Test func badRequestsAreRefused() {
    #expect(
      message { _ = try resize(square, scales: [2, 2], [:]) } == "input 2 has 2 scales, expected one for each of 4 axes"
    )
    #expect(
      message { _ = try resize(square, scales: [1, 1, 0, 1], [:]) } == "input 2 has scale 0.0 for a size of 2")
    #expect(
      message { _ = try resize(square, scales: [1, 1, .nan, 1], [:]) } == "input 2 has scale nan for a size of 2")
    #expect(
      message { _ = try resize(square, sizes: [1, 1, -1, 2], [:]) }
        == "input 3 is [1, 1, -1, 2], expected sizes for 4 axes")
    #expect(
      message { _ = try resize(Tensor([1, 1, 0, 2], [] as [Float]), sizes: [1, 1, 2, 2], [:]) }
        == "input 0 has shape [1, 1, 0, 2], which has nothing to resample")
    #expect(
      message {
        _ = try resize(Tensor([1, 1], [1 as Int8]), sizes: [2, 2], ["mode": text("linear")])
      } == "interpolation of elements of type int8 is not supported")
  }

  @Test func cubicInterpolationStaysInFloat() throws {
    #expect(
      try makeOperator(Resize.self, inputCount: 3, attributes: ["mode": text("cubic")]).quantization == .keepFloat)
    #expect(try makeOperator(Resize.self, inputCount: 3).quantization == .sharedParameters(inputs: [0]))
  }
}
