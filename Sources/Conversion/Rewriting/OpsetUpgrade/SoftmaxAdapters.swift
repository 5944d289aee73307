import ModelGraph
import OrderedCollections
import Tensors

/// Softmax and its relatives: up to version 12 they see the input as a matrix, cut before `axis`; from 13 on they work
/// along one axis, the last by default.
let softmaxAdapters: [OpsetAdapter] = ["Softmax", "LogSoftmax", "Hardmax"].map { type in
  OpsetAdapter(operatorType: type, version: 13) { node, editor in
    var axis: Int64 = 1
    if case .int(let value)? = node.attributes["axis"] { axis = value }
    guard let input = node.inputs[0], let output = node.outputs[0] else { return [node] }
    if axis == -1 || editor.model[input].dimensions.map({ $0.count - 1 == Int(axis) }) == true {
      var node = node
      node.attributes["axis"] = .int(-1)
      return [node]
    }
    return flattened(node, axis: axis, from: input, to: output, &editor)
  }
}

/// Flatten → the operator along the last axis → Reshape to the input's shape: what the older version means.
private func flattened(
  _ node: Node, axis: Int64, from input: ValueID, to output: ValueID, _ editor: inout GraphEditor
) -> [Node] {
  let type = editor.model[input].type
  let shape = editor.addValue(node.name + "_shape", type: .int64)
  let matrix = editor.addValue(node.name + "_matrix", type: type)
  let result = editor.addValue(node.name + "_result", type: type)
  return [
    Node(name: node.name + "_Shape", OperatorName("Shape"), inputs: [input], outputs: [shape]),
    Node(
      name: node.name + "_Flatten", OperatorName("Flatten"), inputs: [input], outputs: [matrix],
      attributes: ["axis": .int(axis)]),
    Node(
      name: node.name, node.operatorName, inputs: [matrix], outputs: [result], attributes: ["axis": .int(-1)],
      extras: node.extras),
    Node(name: node.name + "_Reshape", OperatorName("Reshape"), inputs: [result, shape], outputs: [output]),
  ]
}
