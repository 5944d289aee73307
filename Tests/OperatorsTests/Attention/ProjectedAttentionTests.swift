import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct ProjectedAttentionTests {
  let input = floats([1, 2, 2], [1, 0.5, -1, 2])
  let weights = floats([2, 6], [1, 0, 0.5, 1, 2, -1, 0, 1, -0.5, 1, 1, 1])
  let bias = floats([6], [0.1, 0, 0, -0.1, 0, 0.2])

  private func attend(
    _ more: [Tensor?], _ attributes: KeyValuePairs<String, Attribute>, prepare: Bool = false
  ) throws -> Tensor {
    try run(
      ProjectedAttention.self, [input, weights, bias] + more, attributes: attributes, version: 1, prepare: prepare)[0]
  }

  @Test func theInputIsProjectedFirst() throws {
    let expected = [2.181738, 1.232382, 0.428762, 0.641295]
    expectClose(try attend([], ["num_heads": .int(2)]), expected)
    expectClose(try attend([], ["num_heads": .int(2)], prepare: true), expected)
    expectClose(try attend([], ["num_heads": .int(2), "qkv_hidden_sizes": .ints([2, 2, 2])]), expected)
  }

  @Test func keysAreMasked() throws {
    let mask = Tensor([1, 2], [Int32(1), 0])
    expectClose(try attend([mask], ["num_heads": .int(1)]), [2.5, -0.3, 2.5, -0.3])
    expectClose(
      try attend([], ["num_heads": .int(1), "unidirectional": .int(1)]), [2.5, -0.3, 0.999327, 1.800942])
  }

  @Test func whatDoesNotFitIsNamed() {
    #expect(
      message { _ = try attend([], ["num_heads": .int(1), "qkv_hidden_sizes": .ints([2, 2, 1])]) }
        == #"attribute "qkv_hidden_sizes" is [2, 2, 1], but input 1 has 6 columns"#)
    #expect(
      message { _ = try attend([Tensor([1], [Int32(2)])], ["num_heads": .int(1)]) }
        == "input 3 has shape [1], only [batch, keys] is supported")
    #expect(
      message { _ = try attend([nil, input], ["num_heads": .int(1)]) }
        == "a cache of past keys and values is not supported")
  }
}
