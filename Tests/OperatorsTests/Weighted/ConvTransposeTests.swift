import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct ConvTransposeTests {
  let data = counting([1, 1, 2, 2])

  @Test(arguments: [false, true]) func windowsThatDoNotOverlapTileTheOutput(prepared: Bool) throws {
    let result = try run(
      ConvTranspose.self, [data, counting([1, 1, 2, 2])], attributes: ["strides": .ints([2, 2])], prepare: prepared)[0]
    expect(result, [1, 1, 4, 4], isNear: [1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16])
  }

  /// Expected values from ONNX Runtime 1.32.
  @Test func overlapsAddUpWithinThePadding() throws {
    let result = try run(
      ConvTranspose.self, [Tensor([1, 1, 2, 2], [1, 2, 4, 5] as [Float]), counting([1, 1, 3, 3])],
      attributes: ["strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1]), "output_padding": .ints([1, 1])])[0]
    expect(
      result, [1, 1, 4, 4], isNear: [5, 14, 10, 12, 16, 40, 26, 33, 20, 44, 25, 30, 32, 71, 40, 45])
  }

  /// The definition gives what is worked out by hand for the kernels above.
  @Test func doublesKeepTheirPrecision() throws {
    let result = try run(
      ConvTranspose.self,
      [Tensor([1, 1, 2], [1 + 0x1p-40, 2]), Tensor([1, 1, 3], [1.0, 3, 5]), Tensor([1], [0.5])],
      attributes: ["strides": .ints([2]), "pads": .ints([1, 0])])[0]
    // Five elements 1 3 5 + 2 6 10, of which the first is cut off, plus the bias.
    #expect(result.shape == [1, 1, 4])
    #expect(result.array(of: Double.self) == [3.5 + 0x3p-40, 7.5 + 0x5p-40, 6.5, 10.5])
  }

  /// Sizes of a transposed convolution, for one to three spatial axes.
  struct Sizes: Sendable, CustomStringConvertible {
    var data: [Int]
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]?
    var pads: [Int]?
    var outputPadding: [Int]?
    var channels = 3
    var outputs = 5
    var groups = 1

    var description: String { "\(self.data) \(kernel) \(strides) \(dilations ?? []) \(pads ?? []) \(groups)" }

    var attributes: [(String, Attribute)] {
      func ints(_ name: String, _ values: [Int]?) -> [(String, Attribute)] {
        values.map { [(name, .ints($0.map(Int64.init)))] } ?? []
      }
      return ints("strides", strides) + ints("dilations", dilations) + ints("pads", pads)
        + ints("output_padding", outputPadding) + [("group", .int(Int64(groups)))]
    }

    static let all = [
      // Windows side by side, overlapping ones, and ones with gaps between them.
      Sizes(data: [5, 4], kernel: [2, 2], strides: [2, 2]),
      Sizes(data: [5, 4], kernel: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1], channels: 20, outputs: 33),
      Sizes(data: [5, 4], kernel: [1, 2], strides: [3, 4], outputPadding: [2, 1]),
      Sizes(data: [5, 14], kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1]),
      Sizes(data: [5, 4], kernel: [3, 3], strides: [2, 2], pads: [1, 0, 0, 1], outputPadding: [1, 1]),
      Sizes(data: [1, 1], kernel: [5, 5], strides: [1, 1]),
      // Several phases see the same data: 4 and 4 of 8, 3 and 5 of 8.
      Sizes(data: [9], kernel: [16], strides: [8], pads: [4, 4], outputs: 40),
      Sizes(data: [9], kernel: [16], strides: [8], pads: [3, 2], outputs: 2),
      Sizes(data: [7], kernel: [11], strides: [4], pads: [5, 0], outputPadding: [3]),
      Sizes(data: [3, 2, 4], kernel: [2, 2, 2], strides: [2, 2, 2]),
      Sizes(data: [3, 4, 5], kernel: [3, 2, 4], strides: [2, 1, 3], pads: [1, 0, 2, 1, 1, 0]),
      // Dilations that share a divisor with the stride, and that do not.
      Sizes(data: [6, 5], kernel: [3, 2], strides: [2, 3], dilations: [2, 2], pads: [1, 1, 0, 0]),
      Sizes(data: [6, 5], kernel: [3, 3], strides: [4, 4], dilations: [6, 3]),
      // Padding that cuts off whole windows, at the end and at the beginning.
      Sizes(data: [6, 7], kernel: [2, 2], strides: [1, 2], pads: [0, 0, 3, 5]),
      Sizes(data: [6, 7], kernel: [2, 2], strides: [1, 2], pads: [3, 4, 0, 0]),
      Sizes(data: [5, 4], kernel: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1], channels: 6, outputs: 3, groups: 3),
      Sizes(data: [5, 4], kernel: [4, 3], strides: [2, 3], pads: [1, 1, 1, 1], channels: 9, outputs: 1, groups: 9),
      Sizes(data: [5, 4], kernel: [4, 4], strides: [2, 2], channels: 6, outputs: 2, groups: 6),
    ]
  }

  @Test(arguments: Sizes.all, [false, true]) func everySizeAgreesWithTheDefinition(sizes: Sizes, biased: Bool) throws {
    var state: UInt64 = 7
    func numbers(_ shape: [Int]) -> [Double] {
      (0..<shape.reduce(1, *)).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(state >> 40) - 1 << 23) / 0x1p23
      }
    }
    let shapes = [[2, sizes.channels] + sizes.data, [sizes.channels, sizes.outputs] + sizes.kernel]
    var values = shapes.map { ($0, numbers($0)) }
    if biased { values.append(([sizes.outputs * sizes.groups], numbers([sizes.outputs * sizes.groups]))) }
    let inputs = values.map { Tensor(Shape($0.0), $0.1.map { Float($0) }) }
    let exact = try result(values.map { Tensor(Shape($0.0), $0.1) }, sizes, .reference, threads: 1, prepare: false)
    for tier in KernelTier.available {
      let one = try result(inputs, sizes, tier, threads: 1, prepare: true)
      expect(one, exact.shape, isNear: exact.array(of: Double.self).map { Float($0) }, tolerance: 1e-4)
      let three = try result(inputs, sizes, tier, threads: 3, prepare: false)
      #expect(three.array(of: Float.self) == one.array(of: Float.self))
    }
  }

  private func result(
    _ inputs: [Tensor], _ sizes: Sizes, _ tier: KernelTier, threads: Int, prepare: Bool
  ) throws -> Tensor {
    let node = Node(
      ConvTranspose.schema.name, inputs: inputs.indices.map { ValueID($0) }, outputs: [ValueID(100)],
      attributes: .init(uniqueKeysWithValues: sizes.attributes))
    var instance: any Operator = try ConvTranspose(NodeReader(node, version: 21))
    if prepare { instance = try instance.prepared(with: [nil] + inputs.dropFirst().map(\.self)) }
    return try instance.run(OperatorInputs(inputs, compute: Compute(tier: tier, threads: threads)))[0]
  }

  /// Weights that stay the same serve data of other sizes.
  @Test func sizesOfTheDataMayChangeFromRunToRun() throws {
    let weights = counting([1, 1, 4])
    let node = Node(
      ConvTranspose.schema.name, inputs: [ValueID(0), ValueID(1)], outputs: [ValueID(2)],
      attributes: ["strides": .ints([2]), "pads": .ints([1, 1])])
    let instance = try ConvTranspose(NodeReader(node, version: 21)).prepared(with: [nil, weights])
    let compute = Compute(tier: .reference, threads: 1)
    let runs: [([Float], [Float])] = [([1, 10], [2, 13, 24, 30]), ([1], [2, 3]), ([1, 10], [2, 13, 24, 30])]
    for (data, expected) in runs {
      let inputs = OperatorInputs([Tensor([1, 1, data.count], data), weights], compute: compute)
      expect(try instance.run(inputs)[0], [1, 1, expected.count], isNear: expected)
    }
  }

  @Test func groupsAndBias() throws {
    let result = try run(
      ConvTranspose.self,
      [counting([1, 2, 1]), Tensor([2, 1, 2], [1, 10, 1, 10] as [Float]), Tensor([2], [0.5, 0.25] as [Float])],
      attributes: ["group": .int(2)])[0]
    expect(result, [1, 2, 2], isNear: [1.5, 10.5, 2.25, 20.25])
  }

  @Test func theOutputShapeDecidesThePadding() throws {
    let result = try run(
      ConvTranspose.self, [counting([1, 1, 2]), Tensor([1, 1, 3], [1, 1, 1] as [Float])],
      attributes: ["strides": .ints([2]), "output_shape": .ints([4])])[0]
    // Five elements 1 1 3 2 2, of which the first is cut off.
    expect(result, [1, 1, 4], isNear: [1, 3, 2, 2])
  }

  @Test func mismatchesAreNamed() {
    #expect(
      message { _ = try run(ConvTranspose.self, [data, counting([3, 1, 2, 2])]) }
        == "input 1 has shape [3, 1, 2, 2] but input 0 has 1 channels")
    #expect(
      message {
        _ = try run(ConvTranspose.self, [data, counting([1, 1, 1, 1])], attributes: ["pads": .ints([1, 0, 1, 0])])
      } == "input 0 leaves 0 elements of output on spatial axis 0")
  }
}
