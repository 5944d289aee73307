import ModelGraph
import Tensors
import Testing

@testable import Operators

@Suite struct AttentionTests {
  /// One item, one head, two steps, one feature. With a scale of 0 every visible key weighs the same.
  let heads = Tensor([1, 1, 2, 1], [1, 3] as [Float])
  let even: KeyValuePairs<String, Attribute> = ["scale": .float(0)]

  @Test func keysWeighAsTheirProductsSay() throws {
    let keys = Tensor([1, 1, 2, 1], [0, 0.6931472] as [Float])
    let result = try run(Attention.self, [Tensor([1, 1, 1, 1], [1] as [Float]), keys, heads], version: 23)[0]
    // Weights e⁰ : e^(ln 2) = 1 : 2 on the values 1 and 3.
    expect(result, [1, 1, 1, 1], isNear: [7.0 / 3])
  }

  @Test func causalQueriesSeeNoLaterKey() throws {
    let result = try run(
      Attention.self, [heads, heads, heads], attributes: ["scale": .float(0), "is_causal": .int(1)], version: 23)[0]
    expect(result, [1, 1, 2, 1], isNear: [1, 2])
  }

  @Test func aQueryThatSeesNothingGivesZero() throws {
    let mask = Tensor([2, 2], [false, false, true, false] as [Boolean])
    let result = try run(Attention.self, [heads, heads, heads, mask], attributes: even, version: 23)[0]
    expect(result, [1, 1, 2, 1], isNear: [0, 1])
  }

  @Test func aCacheComesFirst() throws {
    let past = Tensor([1, 1, 1, 1], [8] as [Float])
    let results = try run(
      Attention.self, [heads, heads, heads, nil, past, past], attributes: even, version: 23, outputs: 3)
    expect(results[0], [1, 1, 2, 1], isNear: [4, 4])
    expect(results[1], [1, 1, 3, 1], isNear: [8, 1, 3])
  }

  @Test func headsOfFeaturesShareKeys() throws {
    let queries = Tensor([1, 1, 2], [1, 1] as [Float])
    let shared = Tensor([1, 2, 1], [2, 4] as [Float])
    let result = try run(
      Attention.self, [queries, shared, shared],
      attributes: ["scale": .float(0), "q_num_heads": .int(2), "kv_num_heads": .int(1)], version: 23)[0]
    expect(result, [1, 1, 2], isNear: [3, 3])
  }

  @Test func rotationTurnsPairsByTheirPosition() throws {
    // Position 1 turns by 90°, position 0 not at all.
    let (cosines, sines) = (Tensor([2, 1], [1, 0] as [Float]), Tensor([2, 1], [0, 1] as [Float]))
    let data = Tensor([1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8] as [Float])
    let result = try run(
      RotaryEmbedding.self, [data, cosines, sines, Tensor([1, 2], [1, 0] as [Int64])],
      attributes: ["num_heads": .int(2)], version: 23)[0]
    expect(result, [1, 2, 4], isNear: [-2, 1, -4, 3, 5, 6, 7, 8])
  }

  @Test func mistakesAreNamed() {
    #expect(
      message { _ = try run(Attention.self, [heads, counting([1, 1, 2, 3]), heads], version: 23) }
        == "input 1 has shape [1, 1, 2, 3] but input 0 has shape [1, 1, 2, 1]")
    #expect(
      message { _ = try run(Attention.self, [counting([1, 1, 3]), heads, heads], version: 23) }
        == "attribute \"q_num_heads\" does not divide the 3 features of input 0")
    #expect(
      message { _ = try run(Attention.self, [heads, heads, heads, counting([3, 3])], version: 23) }
        == "input 3 is float32 of shape [3, 3], which is no mask for scores of shape [1, 1, 2, 2]")
    let cache = Tensor([2, 1], [1, 1] as [Float])
    #expect(
      message {
        _ = try run(
          RotaryEmbedding.self, [counting([1, 1, 1, 2]), cache, cache, Tensor([1, 1], [2] as [Int64])], version: 23)
      } == "input 3 holds the position 2, outside the 2 of input 1")
  }
}
