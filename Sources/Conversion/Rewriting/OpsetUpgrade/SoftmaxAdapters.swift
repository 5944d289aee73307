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
  // ONNX Runtime declines two nodes of one name, so that a node without one lends that of its result.
  let name = node.name.isEmpty ? editor.model[output].name : node.name
  let type = editor.model[input].type
  let shape = editor.addValue(name + "_shape", type: .int64)
  let matrix = editor.addValue(name + "_matrix", type: type)
  let result = editor.addValue(name + "_result", type: type)
  return [
    Node(name: name + "_Shape", OperatorName("Shape"), inputs: [input], outputs: [shape]),
    Node(
      name: name + "_Flatten", OperatorName("Flatten"), inputs: [input], outputs: [matrix],
      attributes: ["axis": .int(axis)]),
    Node(
      name: node.name, node.operatorName, inputs: [matrix], outputs: [result], attributes: ["axis": .int(-1)],
      extras: node.extras),
    Node(name: name + "_Reshape", OperatorName("Reshape"), inputs: [result, shape], outputs: [output]),
  ]
}
