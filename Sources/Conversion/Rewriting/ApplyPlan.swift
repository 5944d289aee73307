public import Kernels
public import ModelGraph
import OrderedCollections
import Quantization
import Tensors

extension QuantizationPlan {
  /// The model with the plan carried out: weights and biases as integers behind DequantizeLinear, and a pair of
  /// QuantizeLinear and DequantizeLinear on every planned activation (ONNX QDQ form, opset 13).
  ///
  /// - Precondition: `model` is the one that the plan was made for, of opset 13 or newer.
  public func apply(to model: Model, compute: Compute) -> Model {
    precondition(decisions.count == model.main.nodes.count, "a plan applied to another model")
    var rewriter = QDQRewriter(plan: self, model: model, compute: compute)
    return rewriter.rewrite()
  }
}

/// Inserts QuantizeLinear and DequantizeLinear by a plan.
private struct QDQRewriter {
  let plan: QuantizationPlan
  let original: Model
  let uses: Uses
  let compute: Compute
  var editor: GraphEditor
  var nodes: [Node] = []
  /// The integers of each quantized activation, with the constants that read them.
  var integers: [ValueID: IntegerValue] = [:]
  /// Weights done so far: one that several nodes share is stored once.
  var sharedWeights: [SharedWeight: IntegerValue] = [:]

  struct IntegerValue {
    let value: ValueID
    let scale: ValueID
    let zeroPoint: ValueID
    let axis: Int?
  }

  struct SharedWeight: Hashable {
    let value: ValueID
    let parameters: QuantizationParameters

    /// A weight is seldom used with several parameters, which may be thousands of numbers.
    func hash(into hasher: inout Hasher) { hasher.combine(value) }
  }

  init(plan: QuantizationPlan, model: Model, compute: Compute) {
    self.plan = plan
    self.compute = compute
    original = model
    uses = Uses(of: model.main)
    editor = GraphEditor(model)
  }

  mutating func rewrite() -> Model {
    for input in original.main.inputs where plan.activations[input] != nil { quantize(input, from: input) }
    for index in original.main.nodes.indices { append(index) }
    editor.model.main.nodes = nodes
    editor.model.main.initializers += editor.takeConstants()
    editor.model.removeUnusedInitializers()
    return editor.model
  }

  private mutating func append(_ index: Int) {
    var node = original.main.nodes[index]
    if plan.decisions[index] == .integerLookup, let parameters = plan.weights[index] {
      node = appendLookup(node, parameters)
    }
    for position in quantizedPositions(of: index) {
      guard let input = node.inputs[position], let integer = integers[input] else { continue }
      node.inputs[position] = dequantize(integer, named: original[input].name)
    }
    if plan.decisions[index] == .integerProduct, let parameters = plan.weights[index] {
      quantizeWeight(of: &node, parameters)
    }
    if let parameters = plan.biases[index], let position = biasPosition(of: index) {
      quantizeBias(of: &node, at: position, parameters)
    }
    var quantized: [(value: ValueID, raw: ValueID)] = []
    for (position, output) in node.outputs.enumerated() {
      guard let output, plan.activations[output] != nil else { continue }
      let raw = isInteger(index) ? rawValue(of: output) : output
      node.outputs[position] = raw
      quantized.append((output, raw))
    }
    nodes.append(node)
    for (value, raw) in quantized {
      quantize(value, from: raw)
      if raw != value, isUsedInFloat(value), let integer = integers[value] {
        nodes.append(dequantizer(integer, into: value, named: original[value].name))
      }
    }
  }

  /// The inputs of a node that it takes as integers.
  private func quantizedPositions(of index: Int) -> [Int] {
    let node = original.main.nodes[index]
    switch plan.decisions[index] {
    case .integerProduct: return [0]
    case .integerMovement: return [0]
    case .integerElementwise: return Array(node.inputs.indices)
    case .integerLookup, .integerBias, .absorbed, .keepFloat: return []
    }
  }

  private func isInteger(_ index: Int) -> Bool { plan.decisions[index].givesIntegers }

  /// What an integer node writes before its result is quantized: a value of its own, so that the name of the result
  /// goes on to mean the result that was quantized.
  private mutating func rawValue(of value: ValueID) -> ValueID {
    let known = original[value]
    return editor.addValue(known.name + "_raw", type: .float32, dimensions: known.dimensions)
  }

  /// Whether someone takes the value as float: a float node, a nested body or the caller of the model.
  private func isUsedInFloat(_ value: ValueID) -> Bool {
    if uses.outputs.contains(value) { return true }
    return (uses.consumers[value] ?? []).contains { index in
      let node = original.main.nodes[index]
      let positions = Set(quantizedPositions(of: index))
      let isDirect = node.inputs.enumerated().contains { $0.element == value && !positions.contains($0.offset) }
      return isDirect || node.bodies.contains { $0.captures.contains(value) }
    }
  }

  // MARK: Activations

  private mutating func quantize(_ value: ValueID, from raw: ValueID) {
    guard let parameters = plan.activations[value] else { return }
    let name = original[value].name
    let scale = editor.addConstant(name + "_scale", Tensor(scalar: parameters.scales[0]))
    let zeroPoint = editor.addConstant(name + "_zero_point", Tensor(scalar: UInt8(parameters.zeroPoints[0])))
    let integer = editor.addValue(name + "_quantized", type: .uint8, dimensions: original[value].dimensions)
    nodes.append(
      Node(
        name: name + "_QuantizeLinear", OperatorName("QuantizeLinear"), inputs: [raw, scale, zeroPoint],
        outputs: [integer]))
    integers[value] = IntegerValue(value: integer, scale: scale, zeroPoint: zeroPoint, axis: nil)
  }

  /// A new float value read from `integer`. Every consumer gets its own, as runtimes match them one to one.
  private mutating func dequantize(_ integer: IntegerValue, named name: String) -> ValueID {
    let value = editor.addValue(
      name + "_dequantized", type: .float32, dimensions: editor.model[integer.value].dimensions)
    nodes.append(dequantizer(integer, into: value, named: editor.model[value].name))
    return value
  }

  private func dequantizer(_ integer: IntegerValue, into value: ValueID, named name: String) -> Node {
    Node(
      name: name + "_DequantizeLinear", OperatorName("DequantizeLinear"),
      inputs: [integer.value, integer.scale, integer.zeroPoint], outputs: [value],
      attributes: integer.axis.map { ["axis": .int(Int64($0))] } ?? [:])
  }

  // MARK: Lookups

  /// Looks up the integers and the scales of the rows side by side; their product, which the node returned becomes,
  /// is the row. DequantizeLinear cannot do it: the scales of looked-up rows are not constant.
  private mutating func appendLookup(_ node: Node, _ parameters: QuantizationParameters) -> Node {
    guard let tableID = node.inputs[0], let table = original[tableID].constant, let output = node.outputs[0] else {
      return node
    }
    let name = original[output].name
    let dimensions = original[output].dimensions
    let integers = integerWeight(tableID, table, parameters)
    let columns = editor.addConstant(
      original[tableID].name + "_row_scale", Tensor([parameters.scales.count, 1], parameters.scales))
    let rows = editor.addValue(name + "_quantized", type: .int8, dimensions: dimensions)
    let scales = editor.addValue(name + "_scale", type: .float32)
    let steps = editor.addValue(name + "_steps", type: .float32, dimensions: dimensions)
    var lookup = node
    lookup.inputs[0] = integers.value
    lookup.outputs[0] = rows
    var scaleLookup = node
    scaleLookup.name = node.name + "_scale"
    scaleLookup.inputs[0] = columns
    scaleLookup.outputs[0] = scales
    nodes += [
      lookup, scaleLookup,
      Node(
        name: node.name + "_Cast", OperatorName("Cast"), inputs: [rows], outputs: [steps],
        attributes: ["to": .int(Int64(DataType.float32.rawValue))]),
    ]
    return Node(name: node.name + "_Mul", OperatorName("Mul"), inputs: [steps, scales], outputs: [output])
  }

  // MARK: Weights and biases

  private mutating func quantizeWeight(of node: inout Node, _ parameters: QuantizationParameters) {
    guard let weightID = node.inputs[1], let weight = original[weightID].constant else { return }
    let integer = integerWeight(weightID, weight, parameters)
    node.inputs[1] = dequantize(integer, named: original[weightID].name)
  }

  /// The input of a product or an Add that is its bias.
  private func biasPosition(of index: Int) -> Int? {
    if plan.decisions[index] == .integerProduct { return 2 }
    return original.main.nodes[index].inputs.firstIndex { $0.flatMap { original[$0].constant } != nil }
  }

  private mutating func quantizeBias(of node: inout Node, at position: Int, _ parameters: QuantizationParameters) {
    guard let id = node.inputs[position], let bias = original[id].constant else { return }
    let name = original[id].name
    node.inputs[position] = dequantize(integerBias(bias, named: name, parameters), named: name)
  }

  private mutating func integerWeight(
    _ id: ValueID, _ weight: Tensor, _ parameters: QuantizationParameters
  ) -> IntegerValue {
    let key = SharedWeight(value: id, parameters: parameters)
    if let known = sharedWeights[key] { return known }
    let name = original[id].name
    let zeroPoints = Tensor([parameters.zeroPoints.count], parameters.zeroPoints.map { Int8($0) })
    let integer = IntegerValue(
      value: editor.addConstant(name + "_quantized", parameters.quantized(weight, compute)),
      scale: editor.addConstant(name + "_scale", Tensor([parameters.scales.count], parameters.scales)),
      zeroPoint: editor.addConstant(name + "_zero_point", zeroPoints), axis: parameters.scheme.axis)
    sharedWeights[key] = integer
    return integer
  }

  private mutating func integerBias(
    _ bias: Tensor, named name: String, _ parameters: QuantizationParameters
  ) -> IntegerValue {
    let values = bias.array(of: Float.self).enumerated().map { channel, value in
      parameters.quantizeBias(value, channel: parameters.scales.count == 1 ? 0 : channel)
    }
    let scales = parameters.scales
    return IntegerValue(
      value: editor.addConstant(name + "_quantized", Tensor([values.count], values)),
      scale: editor.addConstant(name + "_scale", Tensor([scales.count], scales)),
      zeroPoint: editor.addConstant(
        name + "_zero_point", Tensor([scales.count], repeating: Int32(0))), axis: 0)
  }
}
