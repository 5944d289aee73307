public import ModelGraph
import OrderedCollections
import Tensors

/// Keeps images in the order that convolution kernels work in, channels last, from one convolution to the next.
///
/// Kernels want [N, H, W, C], ONNX says [N, C, H, W]: by itself every convolution transposes its input and its result.
/// The pass lets convolutions and pooling take and give channels-last values (attribute `channels_last` = 1), carries
/// these through the element-wise operators between, and transposes only where another operator needs the ONNX order.
public struct ChannelsLastLayout: GraphPass {
  public let name = "channels-last-layout"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let fixed = Set(body.outputs).union(body.nodes.flatMap(\.captures))
      var rewriter = LayoutRewriter(model: model, fixed: fixed)
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
  private(set) var model: Model
  private(set) var nodes: [Node] = []
  private(set) var newConstants: [ValueID] = []
  /// The values that have to exist under their own name.
  private let fixed: Set<ValueID>
  /// The channels-last form of values that have one.
  private var channelsLast: [ValueID: ValueID] = [:]
  /// The values that exist in channels-last form only, so far.
  private var pending = Set<ValueID>()
  /// The values that are images of one pixel.
  private var pixels = Set<ValueID>()
  /// The values that are nothing but channels-last forms of others, with these forms.
  private var synonyms: [ValueID: ValueID] = [:]

  init(model: Model, fixed: Set<ValueID>) {
    self.model = model
    self.fixed = fixed
  }

  mutating func append(_ node: Node) {
    var node = node
    node.inputs = node.inputs.map { $0.map { synonyms[$0] ?? $0 } }
    if node.int("channels_last") == nil, let rule = LayoutRule(node, model) {
      if isOnlyAChangeOfOrder(rule, node) { return }
      if let rewritten = apply(rule, to: node) {
        nodes.append(rewritten)
        return
      }
    }
    for input in node.inputs { if let input { requireONNXOrder(input) } }
    for capture in node.captures { requireONNXOrder(capture) }
    nodes.append(node)
  }

  /// Makes a value available in the order that ONNX gives it.
  mutating func requireONNXOrder(_ value: ValueID) {
    guard pending.remove(value) != nil, let source = channelsLast[value] else { return }
    nodes.append(transpose(source, to: value, [0, 3, 1, 2]))
  }

  /// Whether a node does nothing but give a value in another order, which is then known in both and may not be needed in
  /// that of the node.
  private mutating func isOnlyAChangeOfOrder(_ rule: LayoutRule, _ node: Node) -> Bool {
    guard let input = node.inputs[0], let output = node.outputs[0] else { return false }
    switch rule {
    case .toONNXOrder:
      channelsLast[output] = input
      pending.insert(output)
      return true
    case .fromONNXOrder:
      guard let form = channelsLast[input], !fixed.contains(output) else { return false }
      synonyms[output] = form
      return true
    default: return false
    }
  }

  /// The node on channels-last values; nil where it is better left as it is.
  private mutating func apply(_ rule: LayoutRule, to node: Node) -> Node? {
    var node = node
    switch rule {
    case .window(let positions):
      for position in positions { node.inputs[position] = node.inputs[position].map { channelsLastForm(of: $0) } }
      node.attributes["channels_last"] = .int(1)
    case .followingWindow:
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      node.attributes["channels_last"] = .int(1)
      if node.operatorName.type.contains("Global"), let output = node.outputs[0] { pixels.insert(output) }
    case .flattening:
      guard let input = node.inputs[0], pixels.contains(input), let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      return node
    case .elementwise(let positions):
      guard let inputs = elementwiseInputs(of: node, positions) else { return nil }
      node.inputs = inputs
    case .concatenation(let positions):
      let forms = positions.map { position in node.inputs[position].flatMap { channelsLast[$0] } }
      guard forms.allSatisfy({ $0 != nil }) else { return nil }
      for (position, form) in zip(positions, forms) { node.inputs[position] = form }
      node.attributes["axis"] = .int(3)
    case .split:
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      node.attributes["axis"] = .int(3)
    case .slicing(let position):
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      if let position {
        node.inputs[position] = node.inputs[position].flatMap { channelsLastAxes($0) }
      } else if case .ints(let axes)? = node.attributes["axes"] {
        node.attributes["axes"] = .ints(axes.map(Self.channelsLastAxis))
      }
    case .padding(let position):
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      node.inputs[position] = node.inputs[position].flatMap { channelsLastPads($0) }
    case .resampling(let positions):
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      for position in positions { node.inputs[position] = node.inputs[position].flatMap { channelsLastList($0) } }
    case .spatialReduction:
      guard let input = node.inputs[0], let form = channelsLast[input] else { return nil }
      node.inputs[0] = form
      if node.inputs.count > 1 {
        node.inputs[1] = addConstant(Tensor([2], [1, 2] as [Int64]))
      } else {
        node.attributes["axes"] = .ints([1, 2])
      }
      // Without height and width, a result has no order left.
      if node.int("keepdims") == 0 { return node }
      if let output = node.outputs[0] { pixels.insert(output) }
    case .observation:
      node.inputs[0] = node.inputs[0].map { channelsLast[$0] ?? $0 }
      return node
    case .toONNXOrder, .fromONNXOrder: return nil
    }
    node.outputs = node.outputs.map { $0.map { newChannelsLastForm(of: $0) } }
    return node
  }

  /// What a node produces in the place of a value that was in ONNX's order.
  private mutating func newChannelsLastForm(of output: ValueID) -> ValueID {
    var value = model[output]
    value.dimensions = nil
    let form = model.add(value)
    channelsLast[output] = form
    pending.insert(output)
    return form
  }

  /// The channels-last form of a value, transposed on first use.
  private mutating func channelsLastForm(of value: ValueID) -> ValueID {
    if let form = channelsLast[value] { return form }
    var transposed = model[value]
    transposed.dimensions = nil
    transposed.constant = nil
    let form = model.add(transposed)
    nodes.append(transpose(value, to: form, [0, 2, 3, 1]))
    channelsLast[value] = form
    return form
  }

  /// The inputs with channels last; nil unless at least one has that form and all others have it or are constants that
  /// broadcast along it.
  private mutating func elementwiseInputs(of node: Node, _ positions: [Int]) -> [ValueID?]? {
    var inputs = node.inputs
    var constants: [(position: Int, tensor: Tensor)] = []
    var hasForm = false
    for position in positions {
      guard let input = node.inputs[position] else { continue }
      if let form = channelsLast[input] {
        inputs[position] = form
        hasForm = true
      } else if let constant = model[input].constant {
        guard constant.count > 1 else { continue }
        constants.append((position, constant))
      } else {
        return nil
      }
    }
    guard hasForm else { return nil }
    for (position, tensor) in constants {
      guard let moved = tensor.perChannelConstant else { return nil }
      inputs[position] = addConstant(moved)
    }
    return inputs
  }

  /// A constant with one number for each axis, in the channels-last order of axes; nil for other types.
  private mutating func channelsLastList(_ value: ValueID) -> ValueID? {
    let order = [0, 2, 3, 1]
    switch model[value].constant {
    case let list? where list.type == .float32:
      let numbers = list.array(of: Float.self)
      return addConstant(Tensor([4], order.map { numbers[$0] }))
    case let list? where list.type == .int64:
      let numbers = list.array(of: Int64.self)
      return addConstant(Tensor([4], order.map { numbers[$0] }))
    default: return nil
    }
  }

  /// Where an axis of an image, counted from either end, lies with the channels last.
  private static func channelsLastAxis(_ axis: Int64) -> Int64 { [0, 3, 1, 2][Int(axis < 0 ? axis + 4 : axis)] }

  private mutating func channelsLastAxes(_ value: ValueID) -> ValueID? {
    guard let axes = model[value].constant?.array(of: Int64.self) else { return nil }
    return addConstant(Tensor([axes.count], axes.map(Self.channelsLastAxis)))
  }

  /// The pads of an image, a constant, with those of the channels after those of height and width.
  private mutating func channelsLastPads(_ value: ValueID) -> ValueID? {
    guard let pads = model[value].constant?.array(of: Int64.self) else { return nil }
    return addConstant(Tensor([8], [0, 2, 3, 1, 4, 6, 7, 5].map { pads[$0] }))
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

extension Tensor {
  /// A constant of shape [C, 1, 1] or [1, C, 1, 1] as the [C] that broadcasts along the last axis; nil for others.
  fileprivate var perChannelConstant: Tensor? {
    let dimensions = shape.dimensions
    let isPerChannel =
      (dimensions.count == 3 && dimensions[1...] == [1, 1])
      || (dimensions.count == 4 && dimensions[0] == 1 && dimensions[2...] == [1, 1])
    return isPerChannel ? reshaped([count]) : nil
  }
}
