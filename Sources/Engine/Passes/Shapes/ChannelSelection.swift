public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Says in one node which channels of an image a chain of Reshape, Transpose and Gather picks.
///
/// So exporters write the channel shuffle of ShuffleNet. Such a chain wants its image in ONNX's order of axes; a Slice or
/// a Gather of channels does not.
public struct ChannelSelection: GraphPass {
  public let name = "channel-selection"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    var facts = ShapeFacts(inputsOf: model.main, in: model)
    var views: [ValueID: ImageView] = [:]
    var nodes: [Node] = []
    for node in model.main.nodes {
      guard context.knows(node, in: model) else {
        nodes.append(node)
        continue
      }
      facts.note(node, in: model)
      let results = self.views(of: node, facts, views, model)
      for (output, view) in results { views[output] = view }
      let selections = results.compactMap { output, view in
        view.nodeCount > 1 ? view.channels.map { (output, view, $0) } : nil
      }
      if selections.isEmpty || selections.count < node.outputs.count {
        nodes.append(node)
      } else {
        for (output, view, channels) in selections {
          nodes.append(selection(of: channels, view, named: node.name, to: output, &model))
        }
      }
    }
    model.main.nodes = nodes
  }

  /// What is known of the results of a node as parts of images; none where it has other results as well.
  private func views(
    of node: Node, _ facts: ShapeFacts, _ views: [ValueID: ImageView], _ model: Model
  ) -> [(ValueID, ImageView)] {
    guard let input = node.inputs.first ?? nil, model[input].constant == nil,
      let source = views[input] ?? facts.shape(of: input, in: model).flatMap({ ImageView(of: input, shape: $0) })
    else { return [] }
    let outputs = node.outputs.compactMap(\.self)
    let shapes = outputs.compactMap { facts.shape(of: $0, in: model) }
    guard !outputs.isEmpty, outputs.count == node.outputs.count, shapes.count == outputs.count else { return [] }
    let known = KnownNode(node: node, model: model, facts: facts)
    if let parts = source.parts(known, results: shapes) { return Array(zip(outputs, parts)) }
    return source.through(known, to: shapes[0]).map { [(outputs[0], $0)] } ?? []
  }

  /// The node that returns some channels of an image.
  private func selection(
    of channels: [Int], _ view: ImageView, named name: String, to output: ValueID, _ model: inout Model
  ) -> Node {
    func make(_ type: String, _ constants: [[Int]], _ attributes: OrderedDictionary<String, Attribute> = [:]) -> Node {
      let inputs = constants.map { numbers in
        model.addInitializer(named: "", Tensor([numbers.count], numbers.map { Int64($0) }))
      }
      return Node(
        name: name, OperatorName(type), inputs: [view.image] + inputs, outputs: [output], attributes: attributes)
    }
    let first = channels[0]
    let step = channels.count > 1 ? channels[1] - first : 1
    let isEven = channels.indices.allSatisfy { channels[$0] == first + $0 * step }
    if isEven, step == 1, channels.count == view.shape[1].fixed { return make("Identity", []) }
    // Older versions of Slice know no steps.
    if isEven, step > 0, model.opset >= 10 {
      return make("Slice", [[first], [channels[channels.count - 1] + 1], [1], [step]])
    }
    return make("Gather", [channels], ["axis": .int(1)])
  }
}
