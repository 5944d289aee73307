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
