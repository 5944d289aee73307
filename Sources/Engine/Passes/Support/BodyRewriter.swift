import Kernels
import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Replaces groups of nodes of one body by single nodes.
///
/// A group is found from its last node backwards. The new node takes the place of the last one, where every value that
/// the group reads exists, and produces its result; the nodes before it go once nothing else uses them.
struct BodyRewriter {
  private(set) var nodes: [Node]
  private(set) var model: Model
  private let uses: Uses
  /// Whether each node's operator exists in the version of its domain. One that does not is left for the compiler to
  /// report: older versions may mean something else by the same name.
  private let isKnown: [Bool]
  let compute: Compute
  private var replaced = Set<Int>()
  /// The nodes that replacements may have left without a use.
  private var candidates = Set<Int>()
  private var newConstants: [ValueID] = []

  init(_ body: Body, _ model: Model, _ context: PassContext) {
    nodes = body.nodes
    compute = context.compute
    self.model = model
    uses = Uses(of: body)
    isKnown = body.nodes.map { context.knows($0, in: model) }
  }

  /// The node that produces `value`; nil where it does not come from a node of a known operator.
  func producer(of value: ValueID?) -> Int? {
    guard let value, let index = uses.producer[value], isKnown[index] else { return nil }
    return index
  }

  /// Whether the operator of a node exists in the model's versions.
  func isKnown(_ index: Int) -> Bool { isKnown[index] }

  /// The node that produces `value`, where it is of ai.onnx and of one of these types.
  func producer(of value: ValueID?, _ types: String...) -> Int? {
    guard let index = producer(of: value) else { return nil }
    return nodes[index].operatorName.domain.isEmpty && types.contains(nodes[index].operatorName.type) ? index : nil
  }

  /// Whether nothing but one node uses `value`, so that the value need not exist.
  func isUsedOnce(_ value: ValueID?) -> Bool { value.map { uses.soleConsumer(of: $0) != nil } ?? false }

  func constant(_ value: ValueID?) -> Tensor? { value.flatMap { model[$0].constant } }

  /// The two inputs of a binary node, in both orders.
  func operands(of node: Node) -> [(ValueID, ValueID)] {
    guard node.inputs.count == 2, let first = node.inputs[0], let second = node.inputs[1] else { return [] }
    return [(first, second), (second, first)]
  }

  /// Puts `node` in the place of the one at `index`, as the producer of its first output. The nodes of `group` go
  /// where nothing else uses them.
  mutating func replace(_ index: Int, by node: Node, absorbing group: [Int]) {
    var node = node
    node.outputs = [nodes[index].outputs[0]]
    nodes[index] = node
    replaced.insert(index)
    candidates.formUnion(group)
  }

  mutating func addConstant(_ tensor: Tensor, like original: ValueID? = nil) -> ValueID {
    let name = original.map { model[$0].name } ?? ""
    let id = model.add(
      Value(name: name, type: tensor.type, dimensions: tensor.shape.dimensions.map(Dimension.fixed), constant: tensor))
    newConstants.append(id)
    return id
  }

  /// Writes the new nodes back.
  func finish(_ body: inout Body, _ model: inout Model) {
    guard !replaced.isEmpty else { return }
    model = self.model
    body.initializers += newConstants
    var needed = Set(body.outputs)
    var kept: [Node] = []
    for (index, node) in nodes.enumerated().reversed() {
      let isNeeded = node.outputs.contains { $0.map(needed.contains) ?? false }
      guard isNeeded || !candidates.contains(index) else { continue }
      needed.formUnion(node.inputs.compactMap { $0 })
      needed.formUnion(node.captures)
      kept.append(node)
    }
    body.nodes = kept.reversed()
  }
}

extension Model {
  /// Visits the nodes of known operators of every body in order, each time with what can replace a group that ends there.
  mutating func rewriteNodes(
    _ context: PassContext, _ rewrite: (Int, inout BodyRewriter) -> Void
  ) throws(EngineError) {
    try rewriteBodies { body, model in
      var rewriter = BodyRewriter(body, model, context)
      for index in body.nodes.indices where rewriter.isKnown(index) { rewrite(index, &rewriter) }
      rewriter.finish(&body, &model)
    }
  }
}
