import ModelGraph
import OrderedCollections
import Tensors

/// BatchNormalization, Upsample and Resize.
let windowAdapters: [OpsetAdapter] = [
  OpsetAdapter(operatorType: "BatchNormalization", version: 9) { node, _ throws(AdapterError) in
    var node = node
    if case .int(let spatial)? = node.attributes.removeValue(forKey: "spatial"), spatial == 0 {
      throw AdapterError(message: "attribute \"spatial\" is 0")
    }
    return [node]
  },
  OpsetAdapter(operatorType: "Upsample", version: 9) { node, editor in
    var node = node
    guard case .floats(let scales)? = node.attributes.removeValue(forKey: "scales") else { return [node] }
    node.inputs.append(editor.addConstant(node.name + "_scales", Tensor([scales.count], scales)))
    return [node]
  },
  OpsetAdapter(operatorType: "Upsample", version: 10) { node, _ in
    var node = node
    node.operatorName = OperatorName("Resize")
    return [node]
  },
  OpsetAdapter(operatorType: "Resize", version: 11) { node, editor in
    // Version 10 knew one way of mapping coordinates, which 11 calls asymmetric and rounds down.
    var node = node
    node.inputs.insert(editor.addConstant(node.name + "_roi", Tensor([0], [Float]())), at: 1)
    node.attributes["coordinate_transformation_mode"] = .string(Array("asymmetric".utf8))
    node.attributes["nearest_mode"] = .string(Array("floor".utf8))
    return [node]
  },
]
