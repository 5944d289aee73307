import Kernels
import ModelGraph
import Tensors

@testable import Operators

/// Runs one operator by itself: attributes in, tensors in, tensors out.
func run<Tested: Operator>(
  _ type: Tested.Type, _ inputs: [Tensor?], attributes: KeyValuePairs<String, Attribute> = [:], version: Int = 21,
  outputs: Int = 1, prepare: Bool = false, constants: [Tensor?] = [],
  compute: Compute = Compute(tier: .reference, threads: 1)
) throws -> [Tensor] {
  let node = Node(
    type.schema.name, inputs: inputs.indices.map { inputs[$0] == nil ? nil : ValueID($0) },
    outputs: (0..<outputs).map { ValueID(100 + $0) },
    attributes: .init(uniqueKeysWithValues: attributes.map { ($0.key, $0.value) }))
  var instance: any Operator = try type.init(NodeReader(node, version: version))
  if prepare { instance = try instance.prepared(with: constants.isEmpty ? inputs : constants) }
  return try instance.run(OperatorInputs(inputs, compute: compute))
}

/// The message of the operator error that `body` throws, or what happened instead.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as OperatorError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}
