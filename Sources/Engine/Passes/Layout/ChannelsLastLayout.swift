public import ModelGraph
import OrderedCollections
import Tensors

/// Keeps images in the order that convolution kernels work in, channels last, from one convolution to the next.
///
/// Kernels want [N, H, W, C], ONNX says [N, C, H, W]: by itself every convolution transposes its input and its result. So
/// it is with images of one dimension and of three.
/// The pass lets convolutions and pooling take and give channels-last values (attribute `channels_last` = 1), carries
/// these through the element-wise operators between, and transposes only where another operator needs the ONNX order.
/// Where a model itself goes from one order to the other, that is taken for what it is.
public struct ChannelsLastLayout: GraphPass {
  public let name = "channels-last-layout"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      var rewriter = LayoutRewriter(model: model, nodes: [])
      for node in body.nodes { rewriter.append(node) }
      for output in body.outputs { rewriter.requireONNXOrder(output) }
      body.nodes = rewriter.nodes
      body.initializers += rewriter.newConstants
      model = rewriter.model
    }
  }
}

/// Rewrites the nodes of a body one after the other, remembering which values exist with channels last.
struct LayoutRewriter {
  var model: Model
  var nodes: [Node]
  private(set) var newConstants: [ValueID] = []
  /// The channels-last form of values that have one.
  private var channelsLast: [ValueID: ChannelsLastForm] = [:]
  /// The values that exist in channels-last form only, so far.
  private var pending = Set<ValueID>()
  /// The values that are images of one pixel.
  private var pixels = Set<ValueID>()

  init(model: Model, nodes: [Node]) {
    self.model = model
    self.nodes = nodes
  }

  mutating func append(_ node: Node) {
    if node.int("channels_last") == nil, let rule = LayoutRule(node, model), let rewritten = apply(rule, to: node) {
      nodes.append(rewritten)
      return
    }
    for input in node.inputs { if let input { requireONNXOrder(input) } }
    for capture in node.captures { requireONNXOrder(capture) }
    nodes.append(node)
    noteOrder(ofTransposition: node)
  }

  /// Remembers what a node transposes to the order of ONNX.
  private mutating func noteOrder(ofTransposition node: Node) {
    guard node.operatorName == OperatorName("Transpose"), let input = node.inputs[0], let output = node.outputs[0],
      case .ints(let order)? = node.attributes["perm"], let order = AxisOrder(toONNX: order)
    else { return }
    channelsLast[output] = ChannelsLastForm(value: input, order: order)
  }

  /// Makes a value available in the order that ONNX gives it.
  mutating func requireONNXOrder(_ value: ValueID) {
    guard pending.remove(value) != nil, let form = channelsLast[value] else { return }
    nodes.append(transpose(form.value, to: value, form.order.toONNX))
  }

  /// The node on channels-last values; nil where it is better left as it is.
  private mutating func apply(_ rule: LayoutRule, to node: Node) -> Node? {
    var node = node
    let order: AxisOrder
    switch rule {
    case .window(let positions, let rank):
      order = AxisOrder(rank: rank)
      guard positions.allSatisfy({ hasOrder(order, node.inputs[$0]) }) else { return nil }
      for position in positions {
        node.inputs[position] = node.inputs[position].map { channelsLastForm(of: $0, order) }
      }
      node.attributes["channels_last"] = .int(1)
    case .followingWindow:
      guard let form = knownForm(node.inputs[0]) else { return nil }
      order = form.order
      node.inputs[0] = form.value
      node.attributes["channels_last"] = .int(1)
      if node.operatorName.type.contains("Global"), let output = node.outputs[0] { pixels.insert(output) }
    case .flattening:
      guard let input = node.inputs[0], pixels.contains(input), let form = knownForm(input) else { return nil }
      node.inputs[0] = form.value
      return node
    case .transposition(let axes):
      guard let form = knownForm(node.inputs[0]), axes == form.order.toChannelsLast else { return nil }
      return Node(name: node.name, OperatorName("Identity"), inputs: [form.value], outputs: node.outputs)
    case .elementwise(let positions):
      guard let common = commonOrder(of: node, positions),
        let inputs = elementwiseInputs(of: node, positions, common)
      else { return nil }
      order = common
      node.inputs = inputs
    case .concatenation(let positions):
      guard let common = commonOrder(of: node, positions), common.isOfChannels(node.int("axis") ?? 1),
        positions.allSatisfy({ knownForm(node.inputs[$0]) != nil })
      else { return nil }
      order = common
      for position in positions { node.inputs[position] = knownForm(node.inputs[position])?.value }
      node.attributes["axis"] = .int(Int64(order.rank - 1))
    case .split:
      guard let form = knownForm(node.inputs[0]), form.order.isOfChannels(node.int("axis") ?? 0) else { return nil }
      order = form.order
      node.inputs[0] = form.value
      node.attributes["axis"] = .int(Int64(order.rank - 1))
    case .slicing(let position):
      guard let form = knownForm(node.inputs[0]),
        let axes = position.map({ node.list($0, model) }) ?? node.ints("axes"),
        let moved = form.order.channelsLastAxes(axes)
      else { return nil }
      order = form.order
      node.inputs[0] = form.value
      if let position {
        node.inputs[position] = addConstant(Tensor([moved.count], moved))
      } else {
        node.attributes["axes"] = .ints(moved)
      }
    case .picking:
      guard let form = knownForm(node.inputs[0]),
        let axis = form.order.channelsLastAxes([Int64(node.int("axis") ?? 0)])?.first
      else { return nil }
      order = form.order
      node.inputs[0] = form.value
      node.attributes["axis"] = .int(axis)
    case .padding(let position):
      guard let form = knownForm(node.inputs[0]), let pads = node.list(position, model),
        pads.count == 2 * form.order.rank
      else { return nil }
      order = form.order
      node.inputs[0] = form.value
      let axes = order.toChannelsLast.map { Int($0) }
      let moved = axes.map { pads[$0] } + axes.map { pads[order.rank + $0] }
      node.inputs[position] = addConstant(Tensor([moved.count], moved))
    case .resampling(let positions):
      guard let form = knownForm(node.inputs[0]) else { return nil }
      order = form.order
      let lists = positions.map { node.inputs[$0].flatMap { channelsLastList($0, order) } }
      guard lists.allSatisfy({ $0 != nil }) else { return nil }
      node.inputs[0] = form.value
      for (position, list) in zip(positions, lists) { node.inputs[position] = list.map { addConstant($0) } }
    case .reduction(let axes):
      guard let form = knownForm(node.inputs[0]), form.order.areSpatial(axes) else { return nil }
      order = form.order
      node.inputs[0] = form.value
      let spatial = (1..<Int64(order.rank - 1)).map(\.self)
      if node.inputs.count > 1 {
        node.inputs[1] = addConstant(Tensor([spatial.count], spatial))
      } else {
        node.attributes["axes"] = .ints(spatial)
      }
      // Without its spatial axes, a result has no order left.
      if node.int("keepdims") == 0 { return node }
      if let output = node.outputs[0] { pixels.insert(output) }
    case .observation:
      node.inputs[0] = node.inputs[0].map { channelsLast[$0]?.value ?? $0 }
      return node
    }
    node.outputs = node.outputs.map { $0.map { newForm(of: $0, order) } }
    return node
  }

  /// What a node produces in the place of a value that was in the order of ONNX.
  private mutating func newForm(of output: ValueID, _ order: AxisOrder) -> ValueID {
    var value = model[output]
    value.dimensions = nil
    let form = model.add(value)
    channelsLast[output] = ChannelsLastForm(value: form, order: order)
    pending.insert(output)
    return form
  }

  /// The channels-last form of a value that has one.
  private func knownForm(_ value: ValueID?) -> ChannelsLastForm? { value.flatMap { channelsLast[$0] } }

  /// Whether a value, where it has a form already, has it in this order.
  private func hasOrder(_ order: AxisOrder, _ value: ValueID?) -> Bool {
    knownForm(value).map { $0.order == order } ?? true
  }

  /// The order of those of a node's inputs that have a form; nil where none has, or where they differ.
  private func commonOrder(of node: Node, _ positions: [Int]) -> AxisOrder? {
    let orders = Set(positions.compactMap { knownForm(node.inputs[$0])?.order })
    return orders.count == 1 ? orders.first : nil
  }

  /// The channels-last form of a value, transposed on first use.
  private mutating func channelsLastForm(of value: ValueID, _ order: AxisOrder) -> ValueID {
    if let form = channelsLast[value] { return form.value }
    var transposed = model[value]
    transposed.dimensions = nil
    transposed.constant = nil
    let form = model.add(transposed)
    nodes.append(transpose(value, to: form, order.toChannelsLast))
    channelsLast[value] = ChannelsLastForm(value: form, order: order)
    return form
  }

  /// The inputs with channels last; nil unless those that do not have that form are constants that broadcast along it.
  private mutating func elementwiseInputs(of node: Node, _ positions: [Int], _ order: AxisOrder) -> [ValueID?]? {
    var inputs = node.inputs
    var constants: [(position: Int, tensor: Tensor)] = []
    for position in positions {
      guard let input = node.inputs[position] else { continue }
      if let form = channelsLast[input] {
        inputs[position] = form.value
      } else if let constant = model[input].constant {
        guard constant.count > 1 else { continue }
        constants.append((position, constant))
      } else {
        return nil
      }
    }
    for (position, tensor) in constants {
      guard let moved = tensor.perChannelConstant(order) else { return nil }
      inputs[position] = addConstant(moved)
    }
    return inputs
  }

  /// A constant with one number for each axis, in the channels-last order of axes; nil for others.
  private func channelsLastList(_ value: ValueID, _ order: AxisOrder) -> Tensor? {
    guard let list = model[value].constant, list.count == order.rank else { return nil }
    let axes = order.toChannelsLast.map { Int($0) }
    switch list.type {
    case .float32:
      let numbers = list.array(of: Float.self)
      return Tensor([list.count], axes.map { numbers[$0] })
    case .int64:
      let numbers = list.array(of: Int64.self)
      return Tensor([list.count], axes.map { numbers[$0] })
    default: return nil
    }
  }

  private mutating func addConstant(_ tensor: Tensor) -> ValueID {
    let id = model.add(Value(name: "", type: tensor.type, constant: tensor))
    newConstants.append(id)
    return id
  }

  private func transpose(_ input: ValueID, to output: ValueID, _ order: [Int64]) -> Node {
    Node(OperatorName("Transpose"), inputs: [input], outputs: [output], attributes: ["perm": .ints(order)])
  }
}

extension Node {
  /// The numbers in an input; nil where they are not known.
  fileprivate func list(_ input: Int, _ model: Model) -> [Int64]? {
    guard let constant = inputs[input].flatMap({ model[$0].constant }), constant.type == .int64 else { return nil }
    return constant.array(of: Int64.self)
  }

  /// The numbers in an attribute.
  fileprivate func ints(_ attribute: String) -> [Int64]? {
    if case .ints(let list)? = attributes[attribute] { list } else { nil }
  }
}

extension Tensor {
  /// A constant of shape [C, 1, 1] or [1, C, 1, 1] as the [C] that broadcasts along the last axis, or the same with
  /// another number of spatial axes; nil for others.
  fileprivate func perChannelConstant(_ order: AxisOrder) -> Tensor? {
    var dimensions = shape.dimensions
    if dimensions.count == order.rank, dimensions[0] == 1 { dimensions.removeFirst() }
    guard dimensions.count == order.rank - 1, dimensions[1...].allSatisfy({ $0 == 1 }) else { return nil }
    return reshaped([count])
  }
}
