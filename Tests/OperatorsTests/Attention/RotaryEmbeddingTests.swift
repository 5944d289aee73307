import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of the reference evaluator of ONNX.
@Suite struct RotaryEmbeddingTests {
  let vectors = floats([1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
  let cosines = floats([2, 2], [0.8, 0.6, 0, 1])
  let sines = floats([2, 2], [0.6, 0.8, 1, 0])
  let positions = Tensor([1, 2], [Int64(1), 0])

  @Test func halvesAreTurned() throws {
    expectClose(
      try run(
        RotaryEmbedding.self, [vectors, cosines, sines, positions], attributes: ["num_heads": .int(1)], version: 23)[0],
      [-3, 2, 1, 4, -0.2, -2.8, 8.6, 9.6])
  }

  @Test func neighboursAreTurned() throws {
    expectClose(
      try run(
        RotaryEmbedding.self, [vectors, cosines, sines, positions],
        attributes: ["num_heads": .int(1), "interleaved": .int(1)], version: 23)[0],
      [-2, 1, 3, 4, 0.4, 7.8, -2.2, 10.4])
  }

  @Test func theRestOfAVectorStays() throws {
    expectClose(
      try run(
        RotaryEmbedding.self, [vectors, floats([1, 2, 1], [0.8, 0]), floats([1, 2, 1], [0.6, 1])],
        attributes: ["num_heads": .int(1), "rotary_embedding_dim": .int(2)], version: 23)[0],
      [-0.4, 2.2, 3, 4, -6, 5, 7, 8])
  }

  @Test func whatDoesNotFitIsNamed() {
    #expect(
      message {
        let inputs = [vectors, cosines, sines, Tensor([1, 2], [Int64(0), 2])]
        _ = try run(RotaryEmbedding.self, inputs, attributes: ["num_heads": .int(1)], version: 23)
      } == "input 3 has index 2, outside the 2 entries it selects from")
    #expect(
      message {
        _ = try run(RotaryEmbedding.self, [vectors, cosines, sines], attributes: ["num_heads": .int(1)], version: 23)
      } == "input 1 has shape [2, 2], expected [1, 2, 2]")
    #expect(
      message {
        let attributes: KeyValuePairs<String, Attribute> = ["num_heads": .int(1), "rotary_embedding_dim": .int(3)]
        _ = try run(RotaryEmbedding.self, [vectors, cosines, sines], attributes: attributes, version: 23)
      } == #"attribute "rotary_embedding_dim" is 3, expected an even number of at most 4"#)
  }
}
