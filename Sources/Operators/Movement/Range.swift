import Tensors

/// Range (ONNX 11, 27): the numbers from `start` up to but not including `limit`, `delta` apart.
struct RangeOperator: Operator {
  static let schema = OperatorSchema(
    "Range", versions: 11...newestOpset, inputs: 3...3, float16Since: 27, bfloat16Since: 27)

  init(_ node: NodeReader) throws(OperatorError) {}

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    for index in 0..<3 {
      let bound = try inputs.tensor(index, ofTypeOf: 0)
      guard bound.count == 1 else { throw .input(index, "has shape \(bound.shape), expected one element") }
    }
    switch inputs[0].type {
    case .float32: return [try real(inputs, of: Float.self)]
    case .float64: return [try real(inputs, of: Double.self)]
    case .int16: return [try integers(inputs, of: Int16.self)]
    case .int32: return [try integers(inputs, of: Int32.self)]
    case .int64: return [try integers(inputs, of: Int64.self)]
    default: throw .input(0, "has type \(inputs[0].type), expected int16, int32, int64, float32 or float64")
    }
  }

  private func real<Element: TensorElement & BinaryFloatingPoint>(
    _ inputs: OperatorInputs, of: Element.Type
  ) throws(OperatorError) -> Tensor {
    let (start, limit, delta) = (
      bound(0, inputs, Element.self), bound(1, inputs, Element.self), bound(2, inputs, Element.self)
    )
    let steps = (Double(limit - start) / Double(delta)).rounded(.up)
    guard delta != 0, !steps.isNaN else {
      throw .input(2, "is \(delta), which does not lead from \(start) to \(limit)")
    }
    let count = Int(exactly: max(steps, 0)) ?? .max
    return Tensor(try Element.dataType.outputShape([count]), of: Element.self) { output in
      for index in output.indices { output[index] = start + Element(index) * delta }
    }
  }

  private func integers<Element: TensorElement & FixedWidthInteger>(
    _ inputs: OperatorInputs, of: Element.Type
  ) throws(OperatorError) -> Tensor {
    let (start, limit, delta) = (
      bound(0, inputs, Element.self), bound(1, inputs, Element.self), bound(2, inputs, Element.self)
    )
    guard delta != 0 else { throw .input(2, "is 0, which does not lead from \(start) to \(limit)") }
    let leads = delta > 0 ? start < limit : start > limit
    let distance =
      start < limit
      ? UInt64(truncatingIfNeeded: Int64(limit) &- Int64(start))
      : UInt64(truncatingIfNeeded: Int64(start) &- Int64(limit))
    let count = leads ? Int(clamping: (distance - 1) / UInt64(delta.magnitude) + 1) : 0
    return Tensor(try Element.dataType.outputShape([count]), of: Element.self) { output in
      for index in output.indices { output[index] = start &+ Element(truncatingIfNeeded: index) &* delta }
    }
  }

  private func bound<Element: TensorElement>(_ index: Int, _ inputs: OperatorInputs, _: Element.Type) -> Element {
    inputs[index].array(of: Element.self)[0]
  }
}
