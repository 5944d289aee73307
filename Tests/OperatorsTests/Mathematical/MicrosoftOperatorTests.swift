import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct MicrosoftOperatorTests {
  let matrix = floats([2, 3], [1, 2, 3, -1, 0.5, 4])
  let bias = floats([3], [0.5, -1, 0])
  let scale = floats([3], [1, 2, 0.5])

  private func check(
    _ type: any Operator.Type, _ inputs: [Tensor?], _ expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for inputs in [inputs, inputs.map { $0.map { doubled($0) } }] {
      expectClose(try run(type, inputs, version: 1)[0], expected, sourceLocation: sourceLocation)
    }
  }

  @Test func activationsHaveTheirValues() throws {
    try check(
      BiasGelu.self, [matrix, bias], [1.399789, 0.8413447, 2.99595, -0.1542688, -0.1542688, 3.999873])
    try check(FastGelu.self, [matrix, bias], [1.399572, 0.841192, 2.996363, -0.154286, -0.154286, 3.99993])
    try check(FastGelu.self, [matrix], [0.841192, 1.954598, 2.996363, -0.158808, 0.345714, 3.99993])
    try check(ContribGelu.self, [matrix], [0.8413447, 1.9545, 2.99595, -0.1586553, 0.3457312, 3.999873])
    try check(QuickGelu.self, [matrix], [0.8457958, 1.935659, 2.981929, -0.1542042, 0.3503884, 3.995585])
  }

  @Test func theSumIsNormalisedAndGivenBack() throws {
    let skip = Tensor([2, 3], repeating: Float(0.25))
    let beta = floats([3], [0, 0.1, -1])
    let attributes: KeyValuePairs<String, Attribute> = ["epsilon": .float(1e-5)]
    for inputs in [[matrix, skip, scale, beta, bias], [matrix, skip, scale, beta, bias].map { doubled($0) }] {
      let outputs = try run(SkipLayerNormalization.self, inputs, attributes: attributes, version: 1, outputs: 4)
      expectClose(outputs[0], [-0.3922294, -1.861148, -0.3135983, -0.707106, -1.314212, -0.292894])
      expectClose(outputs[3], [1.75, 1.25, 3.25, -0.25, -0.25, 4.25])
      let simplified = try run(
        SkipSimplifiedLayerNormalization.self, Array(inputs.prefix(3)), attributes: attributes, version: 1, outputs: 4)
      expectClose(simplified[0], [0.5222325, 1.880037, 0.6789023, -0.2965598, 0.5931197, 0.8402529])
      expectClose(simplified[3], [1.25, 2.25, 3.25, -0.75, 0.75, 4.25])
    }
  }

  @Test func aMissingBetaIsZero() throws {
    let skip = Tensor([2, 3], repeating: Float(0))
    let plain = try run(LayerNormalization.self, [matrix, scale], attributes: ["epsilon": .float(1e-12)])[0]
    try check(
      SkipLayerNormalization.self, [matrix, skip, scale], plain.array(of: Float.self).map { Double($0) })
  }

  @Test func theSimplifiedFormIsThatOfTheRootMeanSquare() throws {
    try check(
      SimplifiedLayerNormalization.self, [matrix, scale],
      [0.4629095, 1.851638, 0.6943643, -0.4170285, 0.4170285, 0.834057])
    let outputs = try run(SimplifiedLayerNormalization.self, [matrix, scale], version: 1, outputs: 2)
    #expect(outputs[1].shape == [2, 1])
    expectClose(outputs[1], [0.4629095, 0.4170285])
  }
}
