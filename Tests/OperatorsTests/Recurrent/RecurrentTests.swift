import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values from ONNX Runtime 1.32 unless said otherwise.
@Suite struct RecurrentTests {
  /// Three steps of one item with two features.
  let data = Tensor([3, 1, 2], [0.5, -1, 0.25, 0.75, -0.5, 1.5] as [Float])
  let inputWeights: [Float] = [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8]
  let stateWeights: [Float] = [0.3, -0.2, 0.1, 0.5]
  let lstmBias = Tensor([1, 8], [0.05, 0.1, 0.15, 0.2, -0.05, -0.1, -0.15, -0.2] as [Float])
  let gruBias = Tensor([1, 6], [0.1, 0.2, 0.3, 0.4, -0.1, -0.2] as [Float])

  var lstm: [Tensor] { [data, Tensor([1, 4, 2], inputWeights), Tensor([1, 4, 1], stateWeights), lstmBias] }
  var gru: [Tensor] {
    [data, Tensor([1, 3, 2], Array(inputWeights[..<6])), Tensor([1, 3, 1], Array(stateWeights[..<3])), gruBias]
  }

  @Test(arguments: [false, true]) func lstmRunsForwards(prepared: Bool) throws {
    let results = try run(LSTM.self, lstm, outputs: 3, prepare: prepared)
    expect(results[0], [3, 1, 1, 1], isNear: [-0.07050845, 0.1407654, 0.2993609])
    expect(results[1], [1, 1, 1], isNear: [0.2993609])
    expect(results[2], [1, 1, 1], isNear: [0.4782071])
  }

  @Test func lstmReversesOnlyTheStepsThatAnItemHas() throws {
    let inputs =
      lstm + [
        Tensor([1], [2] as [Int32]), Tensor([1, 1, 1], [0.5] as [Float]), Tensor([1, 1, 1], [-0.5] as [Float]),
        Tensor([1, 3], [0.3, 0.2, 0.1] as [Float]),
      ]
    let results = try run(
      LSTM.self, inputs, attributes: ["direction": .string(Array("reverse".utf8))], outputs: 3)
    expect(results[0], [3, 1, 1, 1], isNear: [-0.01217919, 0.1120529, 0])
    expect(results[1], [1, 1, 1], isNear: [-0.01217919])
    expect(results[2], [1, 1, 1], isNear: [-0.03392722])
  }

  @Test func batchFirstMovesTheBatchOnly() throws {
    var inputs = lstm
    inputs[0] = data.reshaped([1, 3, 2])
    let results = try run(LSTM.self, inputs, attributes: ["layout": .int(1)], outputs: 3)
    expect(results[0], [1, 3, 1, 1], isNear: [-0.07050845, 0.1407654, 0.2993609])
    expect(results[1], [1, 1, 1], isNear: [0.2993609])
  }

  @Test(arguments: [false, true]) func gruResetsBeforeOrAfterTheProduct(prepared: Bool) throws {
    let before = try run(GRU.self, gru, outputs: 2, prepare: prepared)
    expect(before[0], [3, 1, 1, 1], isNear: [0.3058133, 0.1438653, -0.1432533])
    let after = try run(
      GRU.self, gru, attributes: ["linear_before_reset": .int(1)], outputs: 2, prepare: prepared)
    expect(after[0], [3, 1, 1, 1], isNear: [0.3266802, 0.1859519, -0.1034248])
    expect(after[1], [1, 1, 1], isNear: [-0.1034248])
  }

  @Test(arguments: [false, true]) func gruTakesOtherFunctions(prepared: Bool) throws {
    let functions = Attribute.strings([Array("HardSigmoid".utf8), Array("Softsign".utf8)])
    let before = try run(GRU.self, gru, attributes: ["activations": functions], outputs: 2, prepare: prepared)
    expect(before[0], [3, 1, 1, 1], isNear: [0.2094872, 0.07369013, -0.1283741])
    let after = try run(
      GRU.self, gru, attributes: ["activations": functions, "linear_before_reset": .int(1)], outputs: 2,
      prepare: prepared)
    expect(after[0], [3, 1, 1, 1], isNear: [0.2220697, 0.1052113, -0.1007185])
  }

  /// The numbers 0 ..< count, modulo `modulus`, times a scale, plus an offset.
  func pattern(_ shape: Shape, modulo modulus: Int, times scale: Float, plus offset: Float) -> Tensor {
    Tensor(shape, (0..<shape.count).map { Float($0 % modulus) * scale + offset })
  }

  /// Three steps of two items with two features.
  var pair: Tensor { pattern([3, 2, 2], modulo: 7, times: 0.25, plus: -0.7) }
  var bothWays: KeyValuePairs<String, Attribute> { ["direction": .string(Array("bidirectional".utf8))] }

  @Test(arguments: [false, true]) func itemsOfDifferentLengthsRunBothWays(prepared: Bool) throws {
    let inputs: [Tensor?] = [
      pair, pattern([2, 6, 2], modulo: 11, times: 0.1, plus: -0.5),
      pattern([2, 6, 2], modulo: 9, times: 0.12, plus: -0.45), pattern([2, 12], modulo: 5, times: 0.1, plus: -0.2),
      Tensor([2], [3, 2] as [Int32]), pattern([2, 2, 2], modulo: 8, times: 0.1, plus: -0.3),
    ]
    let before = try run(GRU.self, inputs, attributes: bothWays, outputs: 2, prepare: prepared)
    expect(
      before[0], [3, 2, 2, 2],
      isNear: [
        -0.3404733, -0.2592274, -0.08200014, -0.1959902, -0.1382259, 0.238346, -0.04531346, 0.2201155,
        0.03568505, -0.2956945, -0.04238572, 0.1539513, 0.1097787, 0.0454278, 0.0589283, 0.2384047,
        -0.04570697, -0.335206, 0, 0, -0.0990875, 0.274514, 0, 0,
      ])
    expect(
      before[1], [2, 2, 2],
      isNear: [-0.04570697, -0.335206, -0.04238572, 0.1539513, -0.1382259, 0.238346, -0.04531346, 0.2201155])
    let after = try run(
      GRU.self, inputs,
      attributes: ["direction": .string(Array("bidirectional".utf8)), "linear_before_reset": .int(1)], outputs: 2,
      prepare: prepared)
    expect(
      after[1], [2, 2, 2],
      isNear: [0.03923, -0.3073601, 0.04103291, 0.1802425, -0.1385322, 0.1997803, -0.0479036, 0.1793447])
  }

  @Test(arguments: KernelTier.available, [1, 2]) func lstmRunsBothWays(tier: KernelTier, threads: Int) throws {
    let inputs = [
      pair, pattern([2, 8, 2], modulo: 11, times: 0.1, plus: -0.5),
      pattern([2, 8, 2], modulo: 9, times: 0.12, plus: -0.45), pattern([2, 16], modulo: 5, times: 0.1, plus: -0.2),
    ]
    let results = try run(
      LSTM.self, inputs, attributes: bothWays, outputs: 3, prepare: true,
      compute: Compute(tier: tier, threads: threads))
    expect(
      results[0], [3, 2, 2, 2],
      isNear: [
        0.1306543, -0.004131288, 0.03675808, -0.04360803, -0.08084105, -0.05482103, -0.08359219, -0.003688398,
        0.04938632, -0.07493809, 0.01628699, -0.09600526, -0.04499248, 0.0508629, -0.07764344, 0.00834971,
        0.1056788, -0.05658867, 0.007227901, -0.1104003, -0.06169143, -0.05444928, -0.03868733, 0.03270247,
      ])
    expect(
      results[1], [2, 2, 2],
      isNear: [0.1056788, -0.05658867, 0.007227901, -0.1104003, -0.08084105, -0.05482103, -0.08359219, -0.003688398])
    expect(
      results[2], [2, 2, 2],
      isNear: [0.2344912, -0.1197538, 0.01622606, -0.2208505, -0.2175091, -0.08125275, -0.1722307, -0.006479124])
  }

  @Test func resultsDoNotDependOnTheThreads() throws {
    // Large enough for the directions to be shared out.
    let inputs = [
      pattern([5, 8, 16], modulo: 97, times: 0.02, plus: -1),
      pattern([2, 128, 16], modulo: 89, times: 0.01, plus: -0.4),
      pattern([2, 128, 32], modulo: 83, times: 0.01, plus: -0.4),
      pattern([2, 256], modulo: 79, times: 0.01, plus: -0.4),
    ]
    func bits(threads: Int) throws -> [[UInt32]] {
      try run(
        LSTM.self, inputs, attributes: bothWays, outputs: 3, prepare: true,
        compute: Compute(tier: KernelTier.available.last ?? .reference, threads: threads)
      ).map { $0.array(of: Float.self).map(\.bitPattern) }
    }
    let alone = try bits(threads: 1)
    #expect(try bits(threads: 2) == alone)
    #expect(try bits(threads: 3) == alone)
  }

  @Test func directionsHaveFunctionsOfTheirOwn() throws {
    let weights = Array(inputWeights[..<2])
    let inputs = [
      data, Tensor([2, 1, 2], weights + weights), Tensor([2, 1, 1], [0.3, 0.3] as [Float]),
      Tensor([2, 2], [0.1, 0.2, 0.3, 0.4] as [Float]),
    ]
    let attributes: KeyValuePairs<String, Attribute> = [
      "direction": .string(Array("bidirectional".utf8)),
      "activations": .strings([Array("Relu".utf8), Array("Affine".utf8)]),
      "activation_alpha": .floats([2]), "activation_beta": .floats([0.5]),
    ]
    let results = try run(RNN.self, inputs, attributes: attributes, outputs: 2)
    expect(results[0], [3, 2, 1, 1], isNear: [0.15, 3.814, 0.52, 3.69, 0.706, 2.4])
    expect(results[1], [2, 1, 1], isNear: [0.706, 3.814])
  }

  @Test func clippingLimitsWhatFunctionsSee() throws {
    // tanh(±0.1) at each of the three steps, by hand: sums are beyond the limit.
    let inputs = [
      Tensor([2, 1, 1], [5, -5] as [Float]), Tensor([1, 1, 1], [1] as [Float]), Tensor([1, 1, 1], [0] as [Float]),
    ]
    let results = try run(RNN.self, inputs, attributes: ["clip": .float(0.1)], outputs: 2)
    expect(results[0], [2, 1, 1, 1], isNear: [0.09966799, -0.09966799])
  }

  @Test func mistakesAreNamed() {
    var inputs: [Tensor?] = lstm
    inputs[1] = counting([1, 4, 3])
    #expect(
      message { _ = try run(LSTM.self, inputs) } == "input 1 has shape [1, 4, 3], expected [1, 4, 2]")
    #expect(
      message { _ = try run(LSTM.self, lstm, attributes: ["hidden_size": .int(7)]) }
        == "attribute \"hidden_size\" is 7 but input 2 has shape [1, 4, 1]")
    #expect(
      message { _ = try run(GRU.self, gru + [Tensor([1], [4] as [Int32])]) }
        == "input 4 holds the length 4, outside the 3 steps of input 0")
    #expect(
      message { _ = try run(GRU.self, gru, attributes: ["activations": .strings([Array("Tanh".utf8)])]) }
        == "attribute \"activations\" has 1 names, expected 2")
    #expect(
      message { _ = try run(RNN.self, gru, attributes: ["activations": .strings([Array("Swish".utf8)])]) }
        == "attribute \"activations\" names \"Swish\", which is no function of recurrent layers")
    #expect(
      message { _ = try run(RNN.self, gru, attributes: ["direction": .string(Array("both".utf8))]) }
        == "attribute \"direction\" is \"both\", expected one of \"forward\", \"reverse\", \"bidirectional\"")
  }
}
