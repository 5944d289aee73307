import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Answers, for one body, which values are quantized and where.
struct IslandMatcher {
  private(set) var nodes: [Node]
  private(set) var model: Model
  private let uses: Uses
  private let registry: OperatorRegistry
  private var absorbed = Set<Int>()
  private var newConstants: [ValueID] = []

  init(body: Body, model: Model, registry: OperatorRegistry) {
    nodes = body.nodes
    self.model = model
    self.registry = registry
    uses = Uses(of: body)
  }

  /// A quantized value with its parameters, as three consecutive inputs of the integer operators.
  struct Quantized {
    var value: ValueID
    var scale: ValueID
    var zeroPoint: ValueID
    let type: DataType
    /// The axis that the scales run along; nil where there is one scale.
    var axis: Int?

    var isByte: Bool { type == .uint8 || type == .int8 }
    var inputs: [ValueID?] { [value, scale, zeroPoint] }
    var parameters: [ValueID?] { [scale, zeroPoint] }
  }

  /// Where the result of an island goes.
  struct Destination {
    /// The value to produce, with its parameters.
    var quantized: Quantized
    /// The nodes between, absorbed by the island: a clamp perhaps, and the QuantizeLinear.
    var absorbed: [Int]
  }

  func constant(_ id: ValueID?) -> Tensor? { id.flatMap { model[$0].constant } }

  /// The 8-bit integers that `value` was dequantized from, with constant parameters; nil where it was not.
  mutating func source(of value: ValueID?) -> Quantized? {
    integers(of: value).flatMap { $0.isByte ? $0 : nil }
  }

  /// The integers of any type that `value` was dequantized from.
  mutating func integers(of value: ValueID?) -> Quantized? {
    guard let value, let producer = uses.producer[value] else { return nil }
    let node = nodes[producer]
    guard node.isStandardOrContrib("DequantizeLinear"), node.inputs.count >= 2, let input = node.inputs[0],
      node.int("block_size") == nil || node.int("block_size") == 0
    else { return nil }
    return quantized(input, parametersOf: node)
  }

  /// Where `value` goes if a QuantizeLinear, perhaps after a clamp that saturation does too, is all that uses it.
  mutating func destination(of value: ValueID?) -> Destination? {
    guard let value, let next = uses.soleConsumer(of: value) else { return nil }
    let node = nodes[next]
    if node.isStandardOrContrib("QuantizeLinear") {
      guard let output = node.outputs[0], node.inputs[0] == value,
        var quantized = quantized(output, parametersOf: node),
        quantized.axis == nil, quantized.isByte
      else { return nil }
      quantized.value = output
      return Destination(quantized: quantized, absorbed: [next])
    }
    guard case .clamp(let upper) = quantizationRule(of: next), node.inputs[0] == value,
      var destination = destination(of: node.outputs[0]), destination.absorbed.count == 1,
      saturates(destination.quantized, like: upper)
    else { return nil }
    destination.absorbed.append(next)
    return destination
  }

  /// Whether saturation to the integer range clamps to 0 … `upper` exactly: 0 and `upper` are its ends.
  private func saturates(_ quantized: Quantized, like upper: Float?) -> Bool {
    guard let zeroPoint = constant(quantized.zeroPoint), let scale = constant(quantized.scale)?.firstFloat else {
      return false
    }
    let range: ClosedRange<Int> = zeroPoint.type == .int8 ? -128...127 : 0...255
    guard zeroPoint.type == .int8 || zeroPoint.type == .uint8, zeroPoint.firstInteger == range.lowerBound else {
      return false
    }
    guard let upper else { return true }
    let steps = (upper / scale).rounded(.toNearestOrEven)
    return steps >= Float(range.count - 1)
  }

  /// The rule of the operator of a node.
  func quantizationRule(of index: Int) -> QuantizationRule { model.quantizationRule(of: nodes[index], registry) }

  private mutating func quantized(_ value: ValueID, parametersOf node: Node) -> Quantized? {
    guard let scale = node.inputs[1], let scales = constant(scale), scales.type == .float32, scales.count > 0 else {
      return nil
    }
    let zeroPoint = node.inputs.count > 2 ? node.inputs[2] : nil
    guard let given = zeroPoint ?? addZeroPoint(like: scales, for: value), let type = constant(given)?.type else {
      return nil
    }
    let isPerTensor = scales.count == 1
    return Quantized(
      value: value, scale: scale, zeroPoint: given, type: type, axis: isPerTensor ? nil : node.int("axis") ?? 1)
  }

  /// ONNX lets a zero point of 0 be left out; the integer operators want it written, in the type of the integers.
  private mutating func addZeroPoint(like scales: Tensor, for value: ValueID) -> ValueID? {
    switch integerType(of: value) {
    case .uint8: addConstant(Tensor(scales.shape, repeating: UInt8(0)))
    case .int8: addConstant(Tensor(scales.shape, repeating: Int8(0)))
    case .int32: addConstant(Tensor(scales.shape, repeating: Int32(0)))
    default: nil
    }
  }

  /// The type of a quantized value: that of the constant, or what its QuantizeLinear makes of it, or what is declared.
  private func integerType(of value: ValueID) -> DataType? {
    if let constant = constant(value) { return constant.type }
    guard let producer = uses.producer[value], nodes[producer].isStandardOrContrib("QuantizeLinear") else {
      return model[value].type
    }
    let node = nodes[producer]
    if node.inputs.count > 2, let zeroPoint = node.inputs[2] { return constant(zeroPoint)?.type }
    return node.int("output_dtype").flatMap { $0 == 0 ? .uint8 : DataType(rawValue: Int32(clamping: $0)) } ?? .uint8
  }

  mutating func addConstant(_ tensor: Tensor) -> ValueID {
    let id = model.add(Value(name: "", type: tensor.type, constant: tensor))
    newConstants.append(id)
    return id
  }

  mutating func replace(_ index: Int, by island: Island) {
    nodes[index] = island.node
    absorbed.formUnion(island.absorbed)
  }

  /// Whether an earlier island has taken this node in.
  func isAbsorbed(_ index: Int) -> Bool { absorbed.contains(index) }

  func finish(_ body: inout Body, _ model: inout Model) {
    model = self.model
    body.nodes = nodes.enumerated().filter { !absorbed.contains($0.offset) }.map(\.element)
    body.initializers += newConstants
  }
}

extension Node {
  /// Whether the node is of this type in ai.onnx or in ONNX Runtime's contrib domain.
  func isStandardOrContrib(_ type: String) -> Bool {
    operatorName.type == type && (operatorName.domain.isEmpty || operatorName.domain == "com.microsoft")
  }
}

extension Tensor {
  /// The first element of a float32 tensor.
  var firstFloat: Float? { type == .float32 && count > 0 ? aligned().span(of: Float.self)[0] : nil }

  /// The first element of an 8-bit or 32-bit integer tensor.
  var firstInteger: Int? {
    guard count > 0 else { return nil }
    switch type {
    case .uint8: return Int(span(of: UInt8.self)[0])
    case .int8: return Int(span(of: Int8.self)[0])
    case .int32: return Int(aligned().span(of: Int32.self)[0])
    default: return nil
    }
  }

  /// Whether two constants are the same, element for element.
  func isIdentical(to other: Tensor) -> Bool {
    type == other.type && count == other.count && bytes.isEqual(to: other.bytes)
  }
}
