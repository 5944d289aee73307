import Engine
import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// Constants that an Add behind a MatMul adds: biases, told otherwise than Gemm does.
///
/// ONNX Runtime joins MatMul and Add to a Gemm before it looks for integers, and knows the Gemm for an integer one only
/// with a bias of 32-bit integers. With a float bias it runs in float32 and dequantizes its weight in every run. It joins
/// them where the product has two axes or a fixed shape; where it does not, an integer bias would only have to be
/// dequantized in every run.
extension PlanningState {
  /// Has the biases of integer products stored as integers where runtimes make a Gemm of them.
  mutating func markAddedBiases() {
    let added = nodes.indices.compactMap { index in addedBias(of: index).map { (product: index, bias: $0) } }
    guard !added.isEmpty else { return }
    let shapes = model.knownShapes(planner.registry)
    // Where inputs are fixed all shapes are, even those that are computed in ways that are not understood here.
    let isFixed = model.requiredInputs.allSatisfy { model[$0].dimensions?.allSatisfy { $0.fixed != nil } ?? false }
    for (product, bias) in added {
      let shape = nodes[product].inputs[0].flatMap { shapes[$0] }
      let isJoined = shape.map { $0.count == 2 || $0.count > 2 && (isFixed || !$0.contains(nil)) } ?? isFixed
      // A row that is added to a vector would make a matrix of it, which an integer bias of one axis does not.
      if isJoined, shape != nil || model[bias.value].constant?.shape.rank == 1 {
        decisions[bias.node] = .integerBias
      }
    }
  }

  /// The Add that is all that uses an integer MatMul, and the constant that it adds: one number per output channel, in
  /// one row.
  private func addedBias(of product: Int) -> (node: Int, value: ValueID)? {
    guard decisions[product] == .integerProduct, nodes[product].operatorName == OperatorName("MatMul"),
      let weight = nodes[product].inputs[1].flatMap({ model[$0].constant }), let result = nodes[product].outputs[0],
      let next = planner.uses.soleConsumer(of: result), nodes[next].operatorName == OperatorName("Add"),
      !planner.excludedNodes.contains(nodes[next].name),
      let value = nodes[next].inputs.first(where: { $0 != result }) ?? nil, let bias = model[value].constant,
      bias.type == .float32, bias.isFinite, bias.count == weight.shape[1],
      bias.shape.rank == 1 || bias.shape == [1, bias.count]
    else { return nil }
    return (next, value)
  }

  /// The constant that joins the sums of a product as integers, and the node that adds it: the product itself, or the
  /// Add behind it.
  func integerBias(of product: Int) -> (node: Int, value: ValueID)? {
    let node = nodes[product]
    if node.inputs.count > 2, let own = node.inputs[2] { return (product, own) }
    return addedBias(of: product).flatMap { decisions[$0.node] == .integerBias ? $0 : nil }
  }
}
