import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of ONNX Runtime.
@Suite struct MultiHeadAttentionTests {
  let queries = floats([1, 2, 4], [1, 0, 0.5, -1, 0, 2, 1, 1])
  let keys = floats([1, 3, 4], [1, 2, 2, 1, 0, 1, 1, 0, -1, 0.5, 0.5, -1])
  let values = floats([1, 3, 4], [1, 2, -1, -2, 3, 4, -3, -4, 5, 6, -5, -6])

  @Test func eachHeadAttendsByItself() throws {
    expectClose(
      try run(MultiHeadAttention.self, [queries, keys, values], attributes: ["num_heads": .int(2)], version: 1)[0],
      [2.128108, 3.128108, -3.58636, -4.58636, 1.708535, 2.708535, -1.620006, -2.620006])
  }

  @Test func biasesMasksAndSummandsAreAdded() throws {
    let bias = floats([12], [0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0])
    let mask = Tensor([1, 3], [Int32(1), 0, 1])
    let summands = floats([1, 1, 2, 3], [0, 0.5, 1, -1, 0, 0])
    let output = try run(
      MultiHeadAttention.self, [queries, keys, values, bias, mask, summands], attributes: ["num_heads": .int(2)],
      version: 1)[0]
    expectClose(
      output, [1.983066, 2.983066, -5.472227, -5.472227, 1.553703, 2.553703, -2.744812, -2.744812])
  }

  @Test func theCacheGrowsByTheKeys() throws {
    let past = (floats([1, 2, 1, 2], [0.5, -0.5, 1, 0]), floats([1, 2, 1, 2], [-1, 1, 2, 0]))
    let keys = floats([1, 2, 4], [1, 2, 2, 1, 0, 1, 1, 0])
    let values = floats([1, 2, 4], [1, 2, -1, -2, 3, 4, -3, -4])
    let outputs = try run(
      MultiHeadAttention.self, [queries, keys, values, nil, nil, nil, past.0, past.1],
      attributes: ["num_heads": .int(2), "unidirectional": .int(1)], version: 1, outputs: 3)
    expectClose(
      outputs[0], [0.174958, 1.587479, 0.762437, -0.825042, 1.336368, 2.359274, -0.836421, -2])
    #expect(outputs[1].array(of: Float.self) == [0.5, -0.5, 1, 2, 0, 1, 1, 0, 2, 1, 1, 0])
    #expect(outputs[2].array(of: Float.self) == [-1, 1, 1, 2, 3, 4, 2, 0, -1, -2, -3, -4])
  }

  @Test func otherFormsAreDeclined() {
    let packed = floats([1, 1, 2, 3, 1], [1, 2, 3, 4, 5, 6])
    #expect(
      message {
        _ = try run(MultiHeadAttention.self, [packed, keys, values], attributes: ["num_heads": .int(2)], version: 1)
      } == "input 0 has shape [1, 1, 2, 3, 1], only [batch, length, heads · size] is supported")
    #expect(
      message {
        let attributes: KeyValuePairs<String, Attribute> = ["num_heads": .int(2), "unidirectional": .int(1)]
        _ = try run(MultiHeadAttention.self, [queries, keys, values], attributes: attributes, version: 1)
      } == "causal attention of 2 queries to 3 new keys is not supported")
    #expect(
      message {
        let inputs = [queries, keys, values, nil, Tensor([1], [Int32(2)])]
        _ = try run(MultiHeadAttention.self, inputs, attributes: ["num_heads": .int(2)], version: 1)
      } == "input 4 has shape [1], only [batch, keys] is supported")
    #expect(
      message {
        let inputs = [queries, keys, values, floats([10], [Float](repeating: 0, count: 10))]
        _ = try run(MultiHeadAttention.self, inputs, attributes: ["num_heads": .int(2)], version: 1)
      } == "input 3 has shape [10], expected a number for each element of the last axis of inputs 0 to 2")
  }
}
