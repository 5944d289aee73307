import Kernels
import ModelGraph
import Tensors

@testable import Operators

/// An operator as a node makes it, without a run.
func makeOperator(
  _ type: any Operator.Type, inputCount: Int, outputs: Int = 1,
  attributes: KeyValuePairs<String, Attribute> = [:], version: Int = 21, functions: [String: any GraphFunction] = [:]
) throws -> any Operator {
  let node = Node(
    type.schema.name, inputs: (0..<inputCount).map { ValueID($0) }, outputs: (0..<outputs).map { ValueID(100 + $0) },
    attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
  return try type.init(NodeReader(node, version: version, functions: functions))
}

/// Runs one operator whose type is not known to the compiler, perhaps with bodies.
func runAny(
  _ type: any Operator.Type, _ inputs: [Tensor?], outputs: Int = 1,
  attributes: KeyValuePairs<String, Attribute> = [:], version: Int = 21, functions: [String: any GraphFunction] = [:],
  captured: [Tensor] = []
) throws -> [Tensor] {
  let instance = try makeOperator(
    type, inputCount: inputs.count, outputs: outputs, attributes: attributes, version: version, functions: functions)
  return try instance.run(
    OperatorInputs(inputs, captured: captured, compute: Compute(tier: .reference, threads: 1)))
}
