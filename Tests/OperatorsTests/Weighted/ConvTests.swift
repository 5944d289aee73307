import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct ConvTests {
  let image = counting([1, 1, 3, 3])
  let ones = Tensor([1, 1, 2, 2], repeating: Float(1))

  @Test(arguments: [false, true]) func slidesTheWindow(prepared: Bool) throws {
    expect(try run(Conv.self, [image, ones], prepare: prepared)[0], [1, 1, 2, 2], isNear: [12, 16, 24, 28])
  }

  @Test func padsStridesAndDilates() throws {
    let result = try run(
      Conv.self, [image, ones],
      attributes: ["pads": .ints([1, 0, 0, 1]), "strides": .ints([2, 1]), "dilations": .ints([1, 2])])[0]
    // Row −1 and 0 of the padded image, then rows 1 and 2; columns 0 and 2, then 1 and 3.
    expect(result, [1, 1, 2, 2], isNear: [4, 2, 26, 13])
  }

  @Test func groupsSeeTheirOwnChannels() throws {
    let data = counting([1, 2, 1, 2])
    let weights = Tensor([2, 1, 1, 1], [10, 100] as [Float])
    let bias = Tensor([2], [1, 2] as [Float])
    let result = try run(Conv.self, [data, weights, bias], attributes: ["group": .int(2)])[0]
    expect(result, [1, 2, 1, 2], isNear: [11, 21, 302, 402])
  }

  @Test func sameLowerPadsBeforeTheData() throws {
    let result = try run(
      Conv.self, [image, ones], attributes: ["auto_pad": .string(Array("SAME_LOWER".utf8))])[0]
    expect(result, [1, 1, 3, 3], isNear: [1, 3, 5, 5, 12, 16, 11, 24, 28])
  }

  @Test func oneAndThreeSpatialAxes() throws {
    let line = try run(Conv.self, [counting([1, 1, 4]), Tensor([1, 1, 2], [1, -1] as [Float])])[0]
    expect(line, [1, 1, 3], isNear: [-1, -1, -1])
    let solid = try run(Conv.self, [counting([1, 1, 2, 2, 2]), Tensor([1, 1, 2, 2, 2], repeating: Float(1))])[0]
    expect(solid, [1, 1, 1, 1, 1], isNear: [36])
  }

  @Test func fourSpatialAxes() throws {
    let data = counting([1, 1, 1, 2, 2, 2])
    expect(
      try run(Conv.self, [data, Tensor([1, 1, 1, 2, 2, 2], repeating: Float(1))])[0], [1, 1, 1, 1, 1, 1], isNear: [36])
  }

  @Test func threeAxesPadStrideAndDilate() throws {
    let result = try run(
      Conv.self, [counting([1, 1, 3, 2, 2]), Tensor([1, 1, 2, 1, 2], [1, 10, 100, 1000] as [Float])],
      attributes: [
        "pads": .ints([1, 0, 0, 0, 0, 1]), "strides": .ints([1, 2, 1]), "dilations": .ints([2, 1, 1]),
      ])[0]
    // Planes −1 and 1, then 0 and 2; row 0 of both; columns 0 and 1, then 1 and the padding.
    expect(result, [1, 1, 2, 1, 2], isNear: [6500, 600, 10_921, 1002])
  }

  @Test func channelsLastGivesTheSameElsewhere() throws {
    let data = Tensor([1, 2, 2, 2], [1, 10, 2, 20, 3, 30, 4, 40] as [Float])
    let weights = Tensor([1, 2, 1, 2], [1, 2, 0.5, 0.25] as [Float])
    let result = try run(Conv.self, [data, weights], attributes: ["channels_last": .int(1)])[0]
    // 1·1 + 2·2 + 10·0.5 + 20·0.25, then 3 + 8 + 15 + 10.
    expect(result, [1, 2, 1, 1], isNear: [15, 36])
  }

  @Test func doublesKeepTheirPrecision() throws {
    let data = Tensor([1, 1, 1, 1], [1 + 0x1p-40])
    let result = try run(Conv.self, [data, Tensor([1, 1, 1, 1], [3.0])])[0]
    #expect(result.array(of: Double.self) == [3 + 0x3p-40])
  }

  @Test func fusedConvolutionAddsTheResidualBeforeItsActivation() throws {
    let residual = Tensor([1, 1, 2, 2], [-20, 0, 0, 1] as [Float])
    let clip: KeyValuePairs<String, Attribute> = [
      "activation": .string(Array("Clip".utf8)), "activation_params": .floats([-5, 25]),
    ]
    let result = try run(FusedConv.self, [image, ones, nil, residual], attributes: clip)[0]
    expect(result, [1, 1, 2, 2], isNear: [-5, 16, 24, 25])
  }

  @Test func anEmptyBatchGivesAnEmptyResult() throws {
    #expect(try run(Conv.self, [Tensor([0, 1, 3, 3], [] as [Float]), ones])[0].shape == [0, 1, 2, 2])
  }

  @Test func mismatchesAreNamed() {
    let wide = Tensor([1, 4, 9, 9], repeating: Float(0))
    #expect(
      message { _ = try run(Conv.self, [wide, Tensor([64, 3, 7, 7], repeating: Float(0))]) }
        == "input 1 has shape [64, 3, 7, 7] but input 0 has 4 channels")
    #expect(
      message { _ = try run(Conv.self, [wide, ones], attributes: ["group": .int(3)]) }
        == "input 1 has shape [1, 1, 2, 2] but input 0 has 4 channels in 3 groups")
    #expect(
      message {
        _ = try run(Conv.self, [wide, Tensor([3, 2, 1, 1], repeating: Float(0))], attributes: ["group": .int(2)])
      } == "input 1 has 3 output channels, which 2 groups do not divide")
    #expect(
      message { _ = try run(Conv.self, [image, Tensor([1, 1, 4, 4], repeating: Float(0))]) }
        == "input 0 has 3 elements with padding on spatial axis 0, fewer than the 4 of the window")
    #expect(
      message { _ = try run(Conv.self, [image, counting([1, 1, 2])]) }
        == "input 1 has shape [1, 1, 2], expected 4 axes as input 0 has")
    #expect(
      message { _ = try run(Conv.self, [image, ones, counting([2])]) }
        == "input 2 has shape [2], expected [1] for the output channels")
    #expect(
      message { _ = try run(Conv.self, [counting([3, 3]), ones]) }
        == "input 0 has shape [3, 3], expected [batch, channels, spatial…]")
  }

  @Test func outputsTooLargeToHoldAreRefused() {
    let pads: [Int64] = [1 << 30, 1 << 30, 0, 0]
    #expect(
      message { _ = try run(Conv.self, [image, ones], attributes: ["pads": .ints(pads)]) }
        == "input 0 leads to an output of [1, 1, 1073741826, 1073741826], which is too large")
  }

  @Test func attributesAreChecked() {
    func said(_ attributes: KeyValuePairs<String, Attribute>) -> String {
      message { _ = try run(Conv.self, [image, ones], attributes: attributes) }
    }
    #expect(said(["strides": .ints([0, 1])]) == "attribute \"strides\" has the value 0, expected 1 or more")
    #expect(said(["pads": .ints([1, 1])]) == "attribute \"pads\" has 2 values, expected 4 for 2 spatial axes")
    #expect(
      said(["dilations": .ints([1, 1, 1])]) == "attribute \"dilations\" has 3 values, expected 2 for 2 spatial axes")
    #expect(
      said(["kernel_shape": .ints([3, 3])]) == "attribute \"kernel_shape\" is [3, 3] but input 1 has shape [1, 1, 2, 2]"
    )
    #expect(said(["group": .int(0)]) == "attribute \"group\" is 0, expected 1 or more")
    #expect(
      said(["pads": .ints([1 << 40, 0, 0, 0])])
        == "attribute \"pads\" has the value 1099511627776, expected 2147483647 or less")
    #expect(
      said(["auto_pad": .string(Array("SAME".utf8))])
        == "attribute \"auto_pad\" is \"SAME\", expected one of \"NOTSET\", \"SAME_UPPER\", \"SAME_LOWER\", \"VALID\"")
  }
}
