import Kernels
import Tensors

/// QLinearConv (internal): QLinearConv of ONNX, each result looked up in a table.
///
/// Input 9 is the table, as ByteLookup has it, of the type of input 7.
struct TabulatedConvolution: Operator {
  static let schema = OperatorSchema(
    "QLinearConv", domain: internalDomain, inputs: 8...10, outputs: [.sameAsInput(7)], float16Since: nil,
    bfloat16Since: nil)

  private var convolution: QLinearConv
  private var table: ByteTable?

  init(_ node: NodeReader) throws(OperatorError) { convolution = try QLinearConv(node) }

  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator {
    guard constants.count > 9, let table = constants[9], table.count == 256, table.type.isByte else { return self }
    var prepared = self
    let results = ByteTable(table)
    prepared.table = results
    prepared.convolution = try convolution.prepared(with: constants, table: results)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    if let table { return try convolution.run(inputs, table: table) }
    guard inputs.optional(9) != nil else { throw .input(9, "is missing, expected a table") }
    let table = try inputs.bytes(9)
    guard table.count == 256 else { throw .input(9, "has \(table.count) elements, expected 256") }
    return try convolution.run(inputs, table: ByteTable(table))
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    convolution.work(inputs, outputs: outputs)
  }
}
