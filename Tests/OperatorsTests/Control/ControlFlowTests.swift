import Kernels
import Tensors
import Testing

@testable import Operators

/// A body written in Swift.
private struct Body: GraphFunction {
  var inputCount: Int
  var outputCount: Int
  var outputTypes: [DataType?]
  var function: @Sendable ([Tensor], [Tensor]) throws(OperatorError) -> [Tensor]

  func call(_ inputs: [Tensor], captured: [Tensor], compute: Compute) throws(OperatorError) -> [Tensor] {
    try function(inputs, captured)
  }
}

@Suite struct ControlFlowTests {
  private let constant = Body(inputCount: 0, outputCount: 1, outputTypes: [.int64]) { _, captured in [captured[0]] }

  @Test(arguments: [(true, 1), (false, 2)])
  func ifRunsOneBranch(condition: Bool, expected: Int64) throws {
    let branches: [String: any GraphFunction] = [
      "then_branch": constant,
      "else_branch": Body(inputCount: 0, outputCount: 1, outputTypes: [nil]) { _, captured in [captured[1]] },
    ]
    let captured = [Tensor(scalar: Int64(1)), Tensor(scalar: Int64(2))]
    let result = try runAny(
      If.self, [Tensor(scalar: Boolean(condition))], functions: branches, captured: captured)
    #expect(result[0].array(of: Int64.self) == [expected])
    #expect(try makeOperator(If.self, inputCount: 1, functions: branches).outputTypes([.bool]) == [.int64])
  }

  @Test func ifChecksItsCondition() {
    let branches: [String: any GraphFunction] = ["then_branch": constant, "else_branch": constant]
    #expect(
      message { _ = try runAny(If.self, [Tensor([2], [true, true] as [Boolean])], functions: branches) }
        == "input 0 has shape [2], expected one element")
    #expect(
      message { _ = try runAny(If.self, [Tensor(scalar: Boolean(true))], functions: ["then_branch": constant]) }
        == "attribute \"else_branch\" is missing")
    #expect(
      message { _ = try runAny(If.self, [Tensor(scalar: Boolean(true))], outputs: 2, functions: branches) }
        == "attribute \"then_branch\" has 0 inputs and 1 outputs, expected 0 and 2")
  }

  /// Adds the iteration number to what is carried, stacks the sums, and goes on while they are below 4.
  private let adding = Body(inputCount: 3, outputCount: 3, outputTypes: [.bool, .int64, .int64]) { inputs, _ in
    let sum = inputs[0].array(of: Int64.self)[0] + inputs[2].array(of: Int64.self)[0]
    return [Tensor(scalar: Boolean(sum < 4)), Tensor(scalar: sum), Tensor([1], [sum])]
  }

  private func loop(_ count: Int64?, _ condition: Bool?) throws -> [Tensor] {
    try runAny(
      Loop.self,
      [count.map { Tensor(scalar: $0) }, condition.map { Tensor(scalar: Boolean($0)) }, Tensor(scalar: Int64(1))],
      outputs: 2, functions: ["body": adding])
  }

  @Test func loopStopsAtTheCountOrTheCondition() throws {
    #expect(try loop(3, true)[1].array(of: Int64.self) == [1, 2, 4])
    #expect(try loop(2, true)[1].array(of: Int64.self) == [1, 2])
    #expect(try loop(nil, true)[1].array(of: Int64.self) == [1, 2, 4])
    // Without a condition the body's own is ignored.
    let counted = try loop(5, nil)
    #expect(counted[0].array(of: Int64.self) == [11])
    #expect(counted[1].shape == [5, 1])
  }

  @Test(arguments: [(0, true), (-7, true), (5, false)])
  func loopMayNotRunAtAll(count: Int64, condition: Bool) throws {
    let result = try loop(count, condition)
    #expect(result[0].array(of: Int64.self) == [1])
    #expect(result[1].type == .int64)
    #expect(result[1].count == 0)
  }

  @Test func stackedValuesMustKeepTheirShape() {
    let growing = Body(inputCount: 2, outputCount: 2, outputTypes: [.bool, .float32]) { inputs, _ in
      let size = Int(inputs[0].array(of: Int64.self)[0])
      return [inputs[1], Tensor([size], repeating: Float(0))]
    }
    #expect(
      message { _ = try runAny(Loop.self, [Tensor(scalar: Int64(2)), nil], functions: ["body": growing]) }
        == "the body gives float32 of shape [0], then float32 of shape [1], to be stacked")
  }

  @Test func scanHandsOutEntriesAndStacksResults() throws {
    let sums = Body(inputCount: 2, outputCount: 2, outputTypes: [.float32, .float32]) { inputs, _ in
      let pair = zip(inputs[0].array(of: Float.self), inputs[1].array(of: Float.self))
      let sum = Tensor([2], pair.map { $0 + $1 })
      return [sum, sum]
    }
    let inputs = [Tensor([2], [0, 0] as [Float]), Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Float])]
    let result = try runAny(
      Scan.self, inputs, outputs: 2, attributes: ["num_scan_inputs": .int(1)], functions: ["body": sums])
    #expect(result[0].array(of: Float.self) == [9, 12])
    #expect(result[1].array(of: Float.self) == [1, 2, 4, 6, 9, 12])
    let backwards = try runAny(
      Scan.self, inputs, outputs: 2,
      attributes: [
        "num_scan_inputs": .int(1), "scan_input_directions": .ints([1]), "scan_output_axes": .ints([1]),
        "scan_output_directions": .ints([1]),
      ], functions: ["body": sums])
    #expect(backwards[1].shape == [2, 3])
    #expect(backwards[1].array(of: Float.self) == [9, 8, 5, 12, 10, 6])
  }

  @Test func scanChecksItsParameters() {
    let body = Body(inputCount: 1, outputCount: 1, outputTypes: [nil]) { inputs, _ in inputs }
    #expect(
      message {
        _ = try runAny(
          Scan.self, [Tensor([2], [1, 2] as [Float])], attributes: ["num_scan_inputs": .int(2)],
          functions: ["body": body])
      } == "attribute \"num_scan_inputs\" is 2, expected 1 to 1")
    #expect(
      message {
        _ = try runAny(
          Scan.self, [Tensor([2], [1, 2] as [Float])],
          attributes: ["num_scan_inputs": .int(1), "scan_input_axes": .ints([1])], functions: ["body": body])
      } == "attribute \"scan_input_axes\" names axis 1 of a tensor of rank 1")
  }
}
