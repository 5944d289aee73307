import Kernels
import ModelGraph
import Tensors
import Testing

@testable import Operators

/// Expected values are those of the reference evaluator of ONNX.
@Suite struct AttentionTests {
  /// One item, two positions, two heads of size 2 side by side.
  let queries = floats([1, 2, 4], [1, 0, 0.5, -1, 0, 2, 1, 1])
  /// One head for both.
  let keys = floats([1, 3, 2], [1, 2, 0, 1, -1, 0.5])
  let values = floats([1, 3, 2], [1, 2, 3, 4, 5, 6])

  private func attend(
    _ more: [Tensor?] = [], _ attributes: KeyValuePairs<String, Attribute> = [:], version: Int = 25, outputs: Int = 1
  ) throws -> [Tensor] {
    var all: [(String, Attribute)] = [("q_num_heads", .int(2)), ("kv_num_heads", .int(1))]
    all += attributes.map { ($0.key, $0.value) }
    let node = Node(
      OperatorName("Attention"), inputs: (0..<3 + more.count).map { ValueID($0) },
      outputs: (0..<outputs).map { ValueID(100 + $0) }, attributes: .init(uniqueKeysWithValues: all))
    return try Attention(NodeReader(node, version: version))
      .run(OperatorInputs([queries, keys, values] + more, compute: .init(tier: .reference, threads: 1)))
  }

  @Test func queryHeadsShareAHeadOfKeys() throws {
    let output = try attend()[0]
    #expect(output.shape == [1, 2, 4])
    expectClose(
      output, [2.128108, 3.128108, 3.220422, 4.220422, 1.708535, 2.708535, 1.620006, 2.620006])
  }

  @Test func aCausalQuerySeesNoLaterKey() throws {
    let expected = [1.0, 2.0, 1.0, 2.0, 1.391141, 2.39114, 1.391141, 2.39114]
    expectClose(try attend([], ["is_causal": .int(1)])[0], expected)
    let lengths = Tensor([1], [Int64(2)])
    expectClose(try attend([nil, nil, nil, lengths], ["is_causal": .int(1)], version: 24)[0], expected)
  }

  @Test func scoresAreScaledAndCapped() throws {
    expectClose(
      try attend([], ["softcap": .float(0.5), "scale": .float(2)])[0],
      [2.360083, 3.360083, 3.000219, 4.000219, 2.999776, 3.999776, 2.473138, 3.473138])
  }

  @Test func aQueryWithoutKeysGivesZeros() throws {
    let mask = Tensor([2, 3], [false, false, false, true, false, true] as [Boolean])
    expectClose(try attend([mask])[0], [0, 0, 0, 0, 1.428167, 2.428167, 1.310554, 2.310554])
  }

  @Test func aWindowLeavesOutFarKeys() throws {
    expectClose(
      try attend([], ["left_window_size": .int(0), "right_window_size": .int(1)])[0],
      [1.660477, 2.660477, 2.174958, 3.174958, 3.660476, 4.660477, 3.514367, 4.514367])
  }

  @Test func keysThatAMaskDoesNotCoverAreOutOfBounds() throws {
    let covering = floats([2, 3], [0.5, -1, -.infinity, 1, 0, -.infinity])
    let expected = try attend([covering])[0].array(of: Float.self)
    let result = try attend([floats([2, 2], [0.5, -1, 1, 0])])[0].array(of: Float.self)
    #expect(result == expected)
    #expect(result != (try attend()[0].array(of: Float.self)))
  }

  /// Where the scores are asked for, they are computed one step after the other.
  @Test func resultsAreTheSameWithAndWithoutScores() throws {
    let perHead = floats([1, 2, 2, 3], [0, 1, -1, 2, 0.5, 0, -2, 0, 1, 0.25, 3, -1])
    let ofTwoKeys = floats([2, 2], [0.5, -1, 1, 0])
    let oneForAllKeys = floats([2, 1], [-.infinity, 1])
    let visible = Tensor([2, 3], [false, false, false, true, false, true] as [Boolean])
    let lengths = Tensor([1], [Int64(2)])
    let inputs: [[Tensor?]] = [
      [], [perHead], [ofTwoKeys], [oneForAllKeys], [visible], [nil, nil, nil, lengths], [perHead, nil, nil, lengths],
    ]
    for more in inputs {
      for isCausal in [Int64(0), 1] {
        let attributes: KeyValuePairs<String, Attribute> = ["is_causal": .int(isCausal)]
        let (alone, withScores) = (try attend(more, attributes)[0], try attend(more, attributes, outputs: 4)[0])
        #expect(alone.shape == withScores.shape)
        #expect(
          alone.array(of: Float.self).map(\.bitPattern) == withScores.array(of: Float.self).map(\.bitPattern),
          "\(more), causal \(isCausal)")
      }
    }
  }

  @Test func pastKeysComeFirstAndAreSeenByAll() throws {
    let past = (floats([1, 1, 1, 2], [0.5, -0.5]), floats([1, 1, 1, 2], [-1, 1]))
    let outputs = try attend(
      [nil, past.0, past.1], ["is_causal": .int(1), "qk_matmul_output_mode": .int(2)], outputs: 4)
    expectClose(
      outputs[0], [0.174958, 1.587479, -0.661511, 1.169245, 1.336368, 2.359274, 1.180843, 2.268791])
    #expect(outputs[1].array(of: Float.self) == [0.5, -0.5, 1, 2, 0, 1, -1, 0.5])
    #expect(outputs[2].array(of: Float.self) == [-1, 1, 1, 2, 3, 4, 5, 6])
    let closed = -Double.infinity
    expectClose(
      outputs[3],
      [
        0.353553, 0.707107, closed, closed, -0.707107, 2.828427, 1.414214, closed,
        0.53033, -1.06066, closed, closed, 0, 2.12132, 0.707107, closed,
      ])
  }

  @Test func whatDoesNotFitIsNamed() {
    #expect(message { _ = try run(Attention.self, [queries, keys, values]) } == noHeads)
    #expect(
      message { _ = try attend([floats([2, 4], [Float](repeating: 0, count: 8))]) }
        == "input 3 has shape [2, 4], which does not broadcast to [1, 2, 2, 3]")
    #expect(
      message { _ = try attend([nil, floats([1, 1, 1, 2], [1, 2])]) }
        == "input 4 needs both past keys and past values")
    #expect(
      message { _ = try attend([nil, nil, nil, Tensor([2], [Int64(1), 2])]) }
        == "input 6 has shape [2], expected one length per item, [1]")
    #expect(
      message { _ = try attend([], ["left_window_size": .int(-2)]) }
        == #"attribute "left_window_size" is -2, expected -1 or more"#)
    #expect(
      message { _ = try attend([], ["qk_matmul_output_mode": .int(4)]) }
        == #"attribute "qk_matmul_output_mode" is 4, expected 0 to 3"#)
  }

  private let noHeads = #"attribute "q_num_heads" is missing, which an input of rank 3 needs"#
}
