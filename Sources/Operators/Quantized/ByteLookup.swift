import Kernels
import Tensors

/// ByteLookup (internal 1): a function of 8-bit integers, tabulated.
///
/// Inputs are the data, uint8 or int8, and a constant table of 256 elements of the output's type, uint8 or int8 as
/// well, which are the results by the bits of the argument: that of −1 stands at 255.
struct ByteLookup: Operator {
  static let schema = OperatorSchema(
    "ByteLookup", domain: internalDomain, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  private var table: ByteTable?

  init(_ node: NodeReader) {}

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    if let table = constants[1], table.count == 256, table.type.isByte { prepared.table = ByteTable(table) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.bytes(0)
    if let table { return [table.apply(to: data, compute: inputs.compute)] }
    let table = try inputs.bytes(1)
    guard table.count == 256 else { throw .input(1, "has \(table.count) elements, expected 256") }
    return [ByteTable(table).apply(to: data, compute: inputs.compute)]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { inputs.lookupWork() }
}
