import ModelGraph
import OrderedCollections
import Tensors

/// Operators that took as attributes what they take as inputs now.
let attributeAdapters: [OpsetAdapter] = [
  OpsetAdapter(operatorType: "Slice", version: 10) { node, editor in
    [node.movingIntegers(["starts", "ends", "axes"], &editor)]
  },
  OpsetAdapter(operatorType: "TopK", version: 10) { node, editor in
    var node = node
    guard case .int(let count)? = node.attributes.removeValue(forKey: "k") else { return [node] }
    node.inputs.append(editor.addConstant(node.name + "_k", Tensor([1], [count])))
    return [node]
  },
  OpsetAdapter(operatorType: "Clip", version: 11) { node, editor in
    [node.movingFloats(["min", "max"], &editor)]
  },
  OpsetAdapter(operatorType: "Pad", version: 11) { node, editor in
    [node.movingIntegers(["pads"], &editor).movingFloats(["value"], &editor)]
  },
  OpsetAdapter(operatorType: "Scatter", version: 11) { node, _ in
    var node = node
    node.operatorName = OperatorName("ScatterElements")
    return [node]
  },
  OpsetAdapter(operatorType: "Dropout", version: 12) { node, _ in
    // The ratio matters in training only, which nothing here does.
    var node = node
    node.attributes.removeValue(forKey: "ratio")
    return [node]
  },
  OpsetAdapter(operatorType: "Squeeze", version: 13) { node, editor in [node.movingIntegers(["axes"], &editor)] },
  OpsetAdapter(operatorType: "Unsqueeze", version: 13) { node, editor in [node.movingIntegers(["axes"], &editor)] },
  OpsetAdapter(operatorType: "ReduceSum", version: 13) { node, editor in [node.movingIntegers(["axes"], &editor)] },
  OpsetAdapter(operatorType: "Split", version: 13) { node, editor in [node.movingIntegers(["split"], &editor)] },
]

extension Node {
  /// The node with lists of integers turned from attributes into further inputs, in order.
  fileprivate func movingIntegers(_ names: [String], _ editor: inout GraphEditor) -> Node {
    var node = self
    for name in names {
      if case .ints(let values)? = node.attributes.removeValue(forKey: name) {
        node.inputs.append(editor.addConstant("\(self.name)_\(name)", Tensor([values.count], values)))
      } else {
        node.inputs.append(nil)
      }
    }
    return node.withoutTrailingGaps
  }

  /// The node with floats turned from attributes into further scalar inputs, in order.
  fileprivate func movingFloats(_ names: [String], _ editor: inout GraphEditor) -> Node {
    var node = self
    for name in names {
      if case .float(let value)? = node.attributes.removeValue(forKey: name) {
        node.inputs.append(editor.addConstant("\(self.name)_\(name)", Tensor(scalar: value)))
      } else {
        node.inputs.append(nil)
      }
    }
    return node.withoutTrailingGaps
  }

  private var withoutTrailingGaps: Node {
    var node = self
    while let last = node.inputs.last, last == nil { node.inputs.removeLast() }
    return node
  }
}
