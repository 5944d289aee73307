import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime unless noted.
@Suite struct NormalizationTests {
  let matrix = floats([2, 3], [1, 2, 3, -1, 0.5, 4])
  let scale = floats([3], [1, 2, 0.5])
  let bias = floats([3], [0, 0.1, -1])
  let cube = floats([2, 3, 2], (0..<12).map { Float($0) / 4 - 1 })

  /// Runs in float32 and float64 and expects the first output of both.
  private func check(
    _ type: any Operator.Type, _ inputs: [Tensor], attributes: KeyValuePairs<String, Attribute> = [:],
    version: Int = 22, _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for inputs in [inputs, inputs.map { doubled($0) }] {
      let result = try run(type, inputs, attributes: attributes, version: version)
      #expect(result.count == 1, sourceLocation: sourceLocation)
      #expect(result[0].shape == inputs[0].shape, sourceLocation: sourceLocation)
      expectClose(result[0], expected, "\(inputs[0].type)", sourceLocation: sourceLocation)
    }
  }

  @Test func layersAreNormalised() throws {
    try check(
      LayerNormalization.self, [matrix, scale, bias],
      [-1.224736, 0.1, -0.3876322, -1.034223, -0.536445, -0.3237771])
    try check(
      LayerNormalization.self, [cube, floats([3, 2], [2, 2, 2, 2, 2, 2])], attributes: ["axis": .int(1)],
      [
        -2.92762, -1.756572, -0.585524, 0.585524, 1.756572, 2.92762, -2.92762, -1.756572, -0.585524, 0.585524, 1.756572,
        2.92762,
      ])
  }

  @Test func layersGiveTheirMomentsWhereTheyAreWanted() throws {
    for inputs in [[matrix, scale, bias], [matrix, scale, bias].map { doubled($0) }] {
      let outputs = try run(LayerNormalization.self, inputs, outputs: 3)
      #expect(outputs.map(\.shape) == [[2, 3], [2, 1], [2, 1]])
      #expect(outputs[1].type == .float32)
      expectClose(outputs[1], [2, 1.166667])
      expectClose(outputs[2], [1.224736, 0.4773338])
    }
  }

  @Test func aScaleMayVaryAlongOtherAxes() throws {
    // The rows are ∓1.224736, 0 and −1.034223, −0.3182225, 1.352446 before they are scaled.
    try check(
      LayerNormalization.self, [matrix, floats([2, 1], [1, 2]), Tensor(scalar: Float(1)).reshaped([1])],
      [-0.224736, 1, 2.224736, -1.068446, 0.363555, 3.704891])
  }

  @Test func rowsAreDividedByTheirRootMeanSquare() throws {
    try check(
      RMSNormalization.self, [matrix, scale], version: 23,
      [0.4629095, 1.851638, 0.6943643, -0.4170285, 0.4170285, 0.834057])
  }

  @Test func instancesAreNormalised() throws {
    try check(
      InstanceNormalization.self, [cube, floats([3], [1, 2, 3]), floats([3], [0, 1, -1])],
      [
        -0.99968, 0.99968, -0.9993601, 2.999361, -3.999041, 1.999041, -0.99968, 0.99968, -0.9993601, 2.999361,
        -3.999041,
        1.999041,
      ])
  }

  /// Expected values are those of NumPy in float64.
  @Test func groupsAreScaledByChannelFromVersion21On() throws {
    let input = floats([2, 4, 2], (0..<16).map { Float($0 * $0) / 10 })
    try check(
      GroupNormalization.self, [input, floats([4], [1, 2, 3, 4]), floats([4], [0, 1, -1, 0.5])],
      attributes: ["num_groups": .int(2)],
      [
        -0.9999592, -0.7142566, 1.285703, 4.142729, -4.768538, -2.580355, 1.958788, 6.173068, -1.293132, -0.4937413,
        1.799391, 3.774356, -4.923387, -2.440231, 2.155438, 5.996053,
      ])
    try check(
      GroupNormalization.self, [input, floats([2], [1, 2]), floats([2], [0, 1])],
      attributes: ["num_groups": .int(2)], version: 18,
      [
        -0.9999592, -0.7142566, 0.1428513, 1.571364, -1.512358, -0.0535697, 1.729394, 3.836534, -1.293132, -0.4937413,
        0.3996953, 1.387178, -1.615592, 0.03984604, 1.827719, 3.748026,
      ])
  }

  @Test func groupsMustDivideTheChannels() {
    let vector = floats([3], [1, 1, 1])
    #expect(
      message { _ = try run(GroupNormalization.self, [cube, vector, vector], attributes: ["num_groups": .int(2)]) }
        == "attribute \"num_groups\" is 2, which does not divide the 3 channels of input 0")
  }

  @Test func batchesAreNormalisedWithGivenMoments() throws {
    let parameters = [
      floats([3], [1, 2, 3]), floats([3], [0, 1, -1]), floats([3], [0.5, 0, 1]), floats([3], [1, 4, 0.25]),
    ]
    try check(
      BatchNormalization.self, [cube] + parameters, attributes: ["epsilon": .float(1e-3)], version: 15,
      [
        -1.499251, -1.249376, 0.5000625, 0.7500312, -6.988036, -5.491027, 0, 0.2498751, 1.999875, 2.249844, 1.994018,
        3.491027,
      ])
  }

  @Test func anActivationIsFusedForFloat32Only() {
    let vector = Tensor([1], [1] as [Double])
    let data = Tensor([1, 1, 2], [1, 2] as [Double])
    let inputs = [data, vector, vector, vector, vector]
    #expect(
      message { _ = try run(BatchNormalization.self, inputs, attributes: ["activation": .string(Array("Relu".utf8))]) }
        == "an activation is fused for float32 only")
  }

  /// Two images of two channels of two pixels: channel 0 has 1, 3, 5, 7, channel 1 has 2, 2, 2, 6. Means are 4 and 3,
  /// variances 5 and 3.
  @Test(arguments: [DataType.float32, .float64]) func trainingNormalizesByTheMomentsOfTheInput(type: DataType) throws {
    func tensor(_ shape: Shape, _ numbers: [Double]) -> Tensor {
      type == .float64 ? Tensor(shape, numbers) : Tensor(shape, numbers.map { Float($0) })
    }
    let results = try run(
      BatchNormalization.self,
      [
        tensor([2, 2, 2], [1, 3, 2, 2, 5, 7, 2, 6]), tensor([2], [2, 1]), tensor([2], [0, 10]),
        tensor([2], [100, 200]), tensor([2], [1, 3]),
      ],
      attributes: ["training_mode": .int(1), "epsilon": .float(1), "momentum": .float(0.75)], version: 15, outputs: 3)
    let root = 6.0.squareRoot()
    #expect(results.map(\.type) == [type, type, type])
    #expect(results.map(\.shape) == [[2, 2, 2], [2], [2]])
    let expected = [
      [-6 / root, -2 / root, 9.5, 9.5, 2 / root, 6 / root, 9.5, 11.5], [76, 150.75], [2, 3],
    ]
    for (result, numbers) in zip(results, expected) {
      let values = type == .float64 ? result.array(of: Double.self) : result.array(of: Float.self).map { Double($0) }
      #expect(zip(values, numbers).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func trainingOfOldIsRefused() {
    let vector = floats([3], [1, 1, 1])
    let inputs = [cube, vector, vector, vector, vector]
    #expect(
      message { _ = try run(BatchNormalization.self, inputs, version: 9, outputs: 5) }
        == "outputs behind the first ask for training, which takes training_mode = 1 of opset 14")
    #expect(
      message { _ = try run(BatchNormalization.self, inputs, attributes: ["spatial": .int(0)], version: 7) }
        == "attribute \"spatial\" is 0, only statistics per channel are supported")
    #expect(
      message { _ = try run(BatchNormalization.self, [cube, vector, vector, vector, floats([1], [1])]) }
        == "input 4 has shape [1], expected [3]")
  }

  @Test func linesAreDividedByTheirNorm() throws {
    try check(
      LpNormalization.self, [matrix], attributes: ["p": .int(1), "axis": .int(0)],
      [0.5, 0.8, 0.4285714, -0.5, 0.2, 0.5714286])
    try check(
      LpNormalization.self, [matrix], attributes: ["axis": .int(0)],
      [0.7071068, 0.9701425, 0.6, -0.7071068, 0.2425356, 0.8])
    try check(LpNormalization.self, [floats([2], [0, 0])], [0, 0])
    #expect(
      message { _ = try run(LpNormalization.self, [matrix], attributes: ["p": .int(3)]) }
        == "attribute \"p\" is 3, expected 1 or 2")
  }

  @Test func meanAndVarianceAreTakenAlongSeveralAxes() throws {
    try check(
      MeanVarianceNormalization.self, [cube.reshaped([1, 2, 3, 2])],
      [
        -1.46385, -0.87831, -0.29277, 0.29277, 0.87831, 1.46385, -1.46385, -0.87831, -0.29277, 0.29277, 0.87831,
        1.46385,
      ])
  }

  /// The even size is computed with NumPy: ONNX Runtime takes odd ones only.
  @Test func responsesAreNormalisedAcrossChannels() throws {
    let input = floats([1, 5, 1, 1], [1, 2, 3, 4, 5])
    let attributes: KeyValuePairs<String, Attribute> = [
      "size": .int(3), "alpha": .float(0.3), "beta": .float(0.5), "bias": .float(2),
    ]
    try check(LRN.self, [input], attributes: attributes, [0.6324555, 1.084652, 1.355262, 1.511858, 2.024441])
    try check(
      LRN.self, [input],
      attributes: ["size": .int(4), "alpha": .float(0.3), "beta": .float(0.5), "bias": .float(2)],
      [0.57259833, 0.9701425, 1.21967344, 1.66811531, 2.21948381])
  }

  @Test func emptyRowsAreNoTrap() throws {
    let outputs = try run(LayerNormalization.self, [floats([2, 0], []), floats([0], [])], outputs: 3)
    #expect(outputs.map(\.shape) == [[2, 0], [2, 1], [2, 1]])
    #expect(try run(LayerNormalization.self, [floats([0, 3], []), scale])[0].shape == [0, 3])
    #expect(
      try run(InstanceNormalization.self, [floats([1, 2, 0], []), floats([2], [1, 1]), floats([2], [0, 0])])[0].shape
        == [1, 2, 0])
  }

  @Test func aScaleThatDoesNotFitIsNamed() {
    #expect(
      message { _ = try run(LayerNormalization.self, [matrix, floats([2], [1, 1])]) }
        == "input 1 has shape [2], which does not broadcast to [2, 3]")
    #expect(
      message { _ = try run(LayerNormalization.self, [matrix, scale], attributes: ["stash_type": .int(16)]) }
        == "attribute \"stash_type\" is 16, only 1 (float32) is supported")
  }
}
