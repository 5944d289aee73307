import Kernels
import Tensors

/// ByteLookup (internal 1): a function of 8-bit integers, tabulated.
///
/// Inputs are the data, uint8 or int8, and a constant table of 256 elements of the output's type, uint8 or int8 as
/// well, which are the results by the bits of the argument: that of −1 stands at 255.
struct ByteLookup: Operator {
  static let schema = OperatorSchema(
    "ByteLookup", domain: internalDomain, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  init(_ node: NodeReader) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let (data, table) = (try inputs.bytes(0), try inputs.bytes(1))
    guard table.count == 256 else { throw .input(1, "has \(table.count) elements, expected 256") }
    return [ByteTable(table).apply(to: data, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.lookupWork() }
}
