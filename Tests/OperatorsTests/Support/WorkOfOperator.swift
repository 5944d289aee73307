import Kernels
import ModelGraph
import Tensors

@testable import Operators

/// Runs one operator with its constants packed, and asks it what it did.
func work(
  _ type: any Operator.Type, _ inputs: [Tensor?], outputs: Int = 1,
  attributes: KeyValuePairs<String, Attribute> = [:], constants: [Int] = []
) throws -> OperatorWork? {
  let operation = try makeOperator(type, inputCount: inputs.count, outputs: outputs, attributes: attributes)
    .prepared(with: inputs.enumerated().map { constants.contains($0) ? $1 : nil })
  let given = OperatorInputs(inputs, compute: Compute(tier: .reference, threads: 1))
  return operation.work(given, outputs: try operation.run(given))
}
