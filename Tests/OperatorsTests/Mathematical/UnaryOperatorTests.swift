import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct UnaryOperatorTests {
  static let inputs: [Float] = [-2.5, -1, -0.5, 0, 0.3, 0.75, 2]

  static let values: [(type: any Operator.Type, expected: [Double])] = [
    (Floor.self, [-3, -1, -1, 0, 0, 0, 2]),
    (Ceil.self, [-2, -1, 0, 0, 1, 1, 2]),
    (Round.self, [-2, -1, 0, 0, 0, 1, 2]),
    (Sqrt.self, [.nan, .nan, .nan, 0, 0.5477226, 0.8660254, 1.414214]),
    (Reciprocal.self, [-0.4, -1, -2, .infinity, 3.333333, 1.333333, 0.5]),
    (Exp.self, [0.082085, 0.3678795, 0.6065307, 1, 1.349859, 2.117, 7.389056]),
    (Log.self, [.nan, .nan, .nan, -.infinity, -1.203973, -0.2876821, 0.6931472]),
    (Sin.self, [-0.5984722, -0.841471, -0.4794255, 0, 0.2955202, 0.6816388, 0.9092974]),
    (Cos.self, [-0.8011436, 0.5403023, 0.8775826, 1, 0.9553365, 0.7316889, -0.4161468]),
    (Tan.self, [0.7470223, -1.557408, -0.5463025, 0, 0.3093363, 0.9315965, -2.18504]),
    (Asin.self, [.nan, -1.570796, -0.5235987, 0, 0.3046927, 0.8480621, .nan]),
    (Acos.self, [.nan, 3.141593, 2.094395, 1.570796, 1.266104, 0.7227343, .nan]),
    (Atan.self, [-1.19029, -0.7853981, -0.4636475, 0, 0.2914568, 0.6435011, 1.107149]),
    (Sinh.self, [-6.050205, -1.175201, -0.5210953, 0, 0.3045203, 0.8223167, 3.62686]),
    (Cosh.self, [6.132289, 1.543081, 1.127626, 1, 1.045339, 1.294683, 3.762196]),
    (Asinh.self, [-1.647231, -0.8813736, -0.4812118, 0, 0.2956731, 0.6931472, 1.443635]),
    (Acosh.self, [.nan, .nan, .nan, .nan, .nan, .nan, 1.316958]),
    (Atanh.self, [.nan, -.infinity, -0.5493062, 0, 0.3095196, 0.9729551, .nan]),
    (Erf.self, [-0.9995931, -0.8427008, -0.5204999, 0, 0.3286268, 0.7111557, 0.9953223]),
    (Sigmoid.self, [0.07585818, 0.2689414, 0.3775407, 0.5, 0.5744425, 0.6791787, 0.8807971]),
    (Tanh.self, [-0.9866143, -0.7615942, -0.4621172, 0, 0.2913126, 0.635149, 0.9640276]),
    (HardSwish.self, [-0.2083333, -0.3333333, -0.2083333, 0, 0.165, 0.46875, 1.666667]),
    (Softplus.self, [0.07888974, 0.3132617, 0.474077, 0.6931472, 0.8543553, 1.136871, 2.126928]),
    (Softsign.self, [-0.7142857, -0.5, -0.3333333, 0, 0.2307692, 0.4285715, 0.6666667]),
    (Mish.self, [-0.1968162, -0.3034014, -0.2207438, 0, 0.2080014, 0.6100184, 1.943959]),
    (LeakyRelu.self, [-0.025, -0.01, -0.005, 0, 0.3, 0.75, 2]),
    (Elu.self, [-0.917915, -0.6321205, -0.3934693, 0, 0.3, 0.75, 2]),
    (Celu.self, [-0.917915, -0.6321205, -0.3934693, 0, 0.3, 0.75, 2]),
    (Selu.self, [-1.613786, -1.111331, -0.6917582, 0, 0.3152103, 0.7880257, 2.101402]),
    (ThresholdedRelu.self, [0, 0, 0, 0, 0, 0, 2]),
    (HardSigmoid.self, [0, 0.3, 0.4, 0.5, 0.56, 0.65, 0.9]),
    (Neg.self, [2.5, 1, 0.5, 0, -0.3, -0.75, -2]),
    (Abs.self, [2.5, 1, 0.5, 0, 0.3, 0.75, 2]),
    (Sign.self, [-1, -1, -1, 0, 1, 1, 1]),
    (Relu.self, [0, 0, 0, 0, 0.3, 0.75, 2]),
    (Gelu.self, [-0.0155241, -0.1586553, -0.1542688, 0, 0.1853734, 0.5800295, 1.9545]),
    (Shrink.self, [-2.5, -1, 0, 0, 0, 0.75, 2]),
    (Clip.self, [-2.5, -1, -0.5, 0, 0.3, 0.75, 2]),
    (Swish.self, [-0.1896455, -0.2689414, -0.1887703, 0, 0.1723328, 0.509384, 1.761594]),
  ]

  @Test(arguments: values.indices) func everyFunctionHasItsValues(_ index: Int) throws {
    let (type, expected) = Self.values[index]
    let input = floats([7], Self.inputs)
    expectClose(try run(type, [input], version: 28)[0], expected, "\(type) in float32")
    expectClose(try run(type, [doubled(input)], version: 28)[0], expected, "\(type) in float64")
  }

  static let parameters: [(type: any Operator.Type, attributes: KeyValuePairs<String, Attribute>, expected: [Double])] =
    [
      (LeakyRelu.self, ["alpha": .float(0.2)], [-0.5, -0.2, -0.1, 0, 0.3, 0.75, 2]),
      (Elu.self, ["alpha": .float(2)], [-1.83583, -1.264241, -0.7869387, 0, 0.3, 0.75, 2]),
      (Celu.self, ["alpha": .float(2)], [-1.42699, -0.7869387, -0.4423984, 0, 0.3, 0.75, 2]),
      (
        Selu.self, ["alpha": .float(2), "gamma": .float(3)],
        [-5.50749, -3.792723, -2.360816, 0, 0.9, 2.25, 6]
      ),
      (ThresholdedRelu.self, ["alpha": .float(0.5)], [0, 0, 0, 0, 0, 0.75, 2]),
      (HardSigmoid.self, ["alpha": .float(0.5), "beta": .float(0.6)], [0, 0.1, 0.35, 0.6, 0.75, 0.975, 1]),
      (
        Gelu.self, ["approximate": .string(Array("tanh".utf8))],
        [-0.0150843, -0.158808, -0.154286, 0, 0.1853709, 0.5799606, 1.954598]
      ),
      (Shrink.self, ["lambd": .float(0.4), "bias": .float(0.1)], [-2.4, -0.9, -0.4, 0, 0, 0.65, 1.9]),
    ]

  @Test(arguments: parameters.indices) func attributesChangeTheFunction(_ index: Int) throws {
    let (type, attributes, expected) = Self.parameters[index]
    let input = floats([7], Self.inputs)
    expectClose(try run(type, [input], attributes: attributes, version: 28)[0], expected, "\(type) in float32")
    expectClose(try run(type, [doubled(input)], attributes: attributes, version: 28)[0], expected, "\(type) in float64")
  }

  @Test func halvesRoundToEven() throws {
    let input = floats([6], [-1.5, -0.5, 0.5, 1.5, 2.5, 2.500001])
    #expect(try run(Round.self, [input])[0].array(of: Float.self) == [-2, 0, 0, 2, 2, 3])
  }

  @Test func softplusDoesNotOverflow() throws {
    expectClose(try run(Softplus.self, [floats([2], [1000, -1000])])[0], [1000, 0])
  }

  @Test func notANumberStaysSo() throws {
    let input = floats([1], [.nan])
    for type: any Operator.Type in [Relu.self, Sign.self, LeakyRelu.self, HardSigmoid.self, HardSwish.self, Elu.self] {
      #expect(try run(type, [input])[0].array(of: Float.self)[0].isNaN, "\(type)")
      #expect(try run(type, [doubled(input)])[0].array(of: Double.self)[0].isNaN, "\(type)")
    }
  }

  @Test func integersWrapAround() throws {
    let input = Tensor([3], [-128, -1, 5] as [Int8])
    #expect(try run(Neg.self, [input])[0].array(of: Int8.self) == [-128, 1, -5])
    #expect(try run(Abs.self, [input])[0].array(of: Int8.self) == [-128, 1, 5])
    #expect(try run(Sign.self, [input])[0].array(of: Int8.self) == [-1, -1, 1])
    #expect(try run(Relu.self, [input])[0].array(of: Int8.self) == [0, 0, 5])
  }

  @Test func anEmptyTensorStaysEmpty() throws {
    let empty = floats([2, 0], [])
    #expect(try run(Exp.self, [empty])[0].shape == [2, 0])
    #expect(try run(Mish.self, [empty])[0].shape == [2, 0])
  }

  @Test func typesThatAreNotTakenAreNamed() {
    let input = Tensor([1], [1] as [Int32])
    #expect(
      message { _ = try run(Exp.self, [input]) } == "input 0 has type int32, expected float32 or float64")
    #expect(
      message { _ = try run(Neg.self, [Tensor([1], [true] as [Boolean])]) }
        == "input 0 has type bool, expected a number")
  }

  @Test func anUnknownApproximationIsRefused() {
    #expect(
      message {
        _ = try run(Gelu.self, [floats([1], [1])], attributes: ["approximate": .string(Array("sigmoid".utf8))])
      } == "attribute \"approximate\" is \"sigmoid\", expected one of \"none\", \"tanh\"")
  }

  @Test func aGateOpensForItsValue() throws {
    let inputs = [floats([3], [1, -2, 0.5]), floats([3], [2, 3, -4])]
    // a · b / (1 + e^(−2a))
    let expected = [1.7615942, -0.1079172, -1.4621172]
    expectClose(try run(SwiGLU.self, inputs, attributes: ["alpha": .float(2)], version: 28)[0], expected)
    expectClose(
      try run(SwiGLU.self, inputs.map { doubled($0) }, attributes: ["alpha": .float(2)], version: 28)[0], expected)
    #expect(
      message { _ = try run(SwiGLU.self, [inputs[0], floats([1], [1])], version: 28) }
        == "input 1 has shape [1], but input 0 has shape [3]")
  }
}
