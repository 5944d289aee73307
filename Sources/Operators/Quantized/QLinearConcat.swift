import Kernels
import Tensors

/// QLinearConcat (com.microsoft 1): quantized tensors one after the other along an axis, all brought to one scale.
struct QLinearConcat: Operator {
  static let schema = OperatorSchema(
    "QLinearConcat", domain: "com.microsoft", inputs: 5...Int.max, outputs: [.sameAsInput(1)], float16Since: nil,
    bfloat16Since: nil)

  private let axis: Int
  /// What brings the values of each part to the scale of the output; nil for one that has it.
  private var tables: Derived<[ByteTable?]>

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.requiredInt("axis")
    // Each tensor comes with a scale and perhaps a zero point.
    for index in stride(from: 2, to: node.inputCount, by: 3) {
      for required in index...(index + 1) where !node.hasInput(required) {
        throw .input(required, "is missing: each tensor comes with a scale")
      }
    }
    tables = Derived(node, from: (0..<node.inputCount).filter { $0 < 2 || $0 % 3 != 2 })
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.tables = tables.prepared(with: constants) { inputs throws(OperatorError) in
      try tables(inputs, count: constants.count)
    }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let type = try inputs.bytes(1).type
    var parts: [Tensor] = []
    for index in stride(from: 2, to: inputs.count, by: 3) {
      let part = try inputs.bytes(index)
      guard part.type == type else {
        throw .input(index, "has type \(part.type), expected \(type) as the zero point of the output")
      }
      parts.append(part)
    }
    let tables = if let prepared = tables.value { prepared } else { try tables(inputs, count: inputs.count) }
    return [try concatenated(parts, tables, compute: inputs.compute).reinterpreted(as: type)]
  }

  private func tables(_ inputs: some NodeInputs, count: Int) throws(OperatorError) -> [ByteTable?] {
    let type = try inputs.bytes(1).type
    let target = try inputs.tensorScale(0, zeroPoint: 1, of: type)
    var tables: [ByteTable?] = []
    for index in stride(from: 2, to: count, by: 3) {
      let source = try inputs.tensorScale(index + 1, zeroPoint: index + 2, of: type)
      tables.append(source == target ? nil : ByteTable(type, from: source, to: target) { $0 })
    }
    return tables
  }

  private func concatenated(
    _ parts: [Tensor], _ tables: [ByteTable?], compute: Compute
  ) throws(OperatorError) -> Tensor {
    let first = parts[0].shape
    guard let axis = first.normalized(axis: axis) else {
      throw .attribute("axis", "is \(axis) but input 2 has shape \(first)")
    }
    let shape = try shape(of: parts, along: axis)
    let outer = shape.count(of: 0..<axis)
    return Tensor(shape, of: UInt8.self) { output in
      guard output.count > 0 else { return }
      let stride = output.count / outer
      var offset = 0
      for (part, table) in zip(parts, tables) {
        let columns = part.count / outer
        part.place(columns: columns, through: table, into: &output, at: offset, stride: stride, compute: compute)
        offset += columns
      }
    }
  }

  private func shape(of parts: [Tensor], along axis: Int) throws(OperatorError) -> Shape {
    let first = parts[0].shape
    var dimensions = first.dimensions
    dimensions[axis] = 0
    for (index, part) in parts.enumerated() {
      var other = part.shape.dimensions
      guard other.count == dimensions.count else {
        throw .input(2 + 3 * index, "has shape \(part.shape) but input 2 has shape \(first)")
      }
      dimensions[axis] += other[axis]
      other[axis] = first[axis]
      guard other == first.dimensions else {
        throw .input(2 + 3 * index, "has shape \(part.shape) but input 2 has shape \(first)")
      }
    }
    guard let shape = Shape(validating: dimensions) else { throw .input(2, "leads to too large an output") }
    return shape
  }
}

extension Tensor {
  /// Writes rows of `columns` bytes to rows that lie `stride` apart, looked up in a table where there is one.
  fileprivate func place(
    columns: Int, through table: ByteTable?, into output: inout MutableSpan<UInt8>, at offset: Int, stride: Int,
    compute: Compute
  ) {
    let rows = bits(as: UInt8.self)
    guard let table else {
      return compute.place(rows, columns: columns, into: &output, at: offset, stride: stride)
    }
    compute.place(
      rows, columns: columns, through: table.results.span, into: &output, at: offset, stride: stride)
  }
}
