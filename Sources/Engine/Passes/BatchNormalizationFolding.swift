public import ModelGraph
import OrderedCollections
import Tensors

/// Folds a BatchNormalization with constant parameters into the convolution or product before it.
///
/// With g = scale / sqrt(variance + epsilon), the weights of output channel c are multiplied by g[c] and the bias
/// becomes (bias − mean)·g + shift (ONNX BatchNormalization, inference form).
public struct BatchNormalizationFolding: GraphPass {
  public let name = "batch-normalization-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in fold(&body, &model) }
  }

  private func fold(_ body: inout Body, _ model: inout Model) {
    let uses = Uses(of: body)
    var names = NameAllocator(for: model)
    var removed = Set<Int>()
    for (index, node) in body.nodes.enumerated() where node.operatorName == OperatorName("BatchNormalization") {
      guard node.outputs.dropFirst().allSatisfy({ $0 == nil }), let input = node.inputs[0],
        let producer = uses.producer[input], uses.soleConsumer(of: input) == index, !removed.contains(producer),
        let normalization = Normalization(node, model),
        let folded = normalization.folded(into: body.nodes[producer], &body, &model, &names)
      else { continue }
      body.nodes[producer] = folded
      body.nodes[producer].outputs = [node.outputs[0]]
      removed.insert(index)
    }
    body.nodes = body.nodes.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
  }
}

/// The per-channel factor and shift of a BatchNormalization.
private struct Normalization {
  let factor: [Float]
  let mean: [Float]
  let shift: [Float]

  init?(_ node: Node, _ model: Model) {
    let parameters = node.inputs.dropFirst().map { $0.flatMap { model[$0].constant } }
    guard parameters.count == 4, parameters.allSatisfy({ $0?.type == .float32 }) else { return nil }
    if case .int(let training)? = node.attributes["training_mode"], training != 0 { return nil }
    if case .int(let spatial)? = node.attributes["spatial"], spatial == 0 { return nil }
    var epsilon: Float = 1e-5
    if case .float(let value)? = node.attributes["epsilon"] { epsilon = value }
    let values = parameters.map { $0!.array(of: Float.self) }
    guard values.allSatisfy({ $0.count == values[0].count }) else { return nil }
    factor = zip(values[0], values[3]).map { Float(Double($0) / (Double($1) + Double(epsilon)).squareRoot()) }
    shift = values[1]
    mean = values[2]
  }

  /// `producer` with weights and bias that include the normalization; nil where it cannot include it.
  func folded(
    into producer: Node, _ body: inout Body, _ model: inout Model, _ names: inout NameAllocator
  ) -> Node? {
    guard producer.operatorName == OperatorName("Conv"), producer.outputs.count == 1, producer.inputs.count >= 2,
      let weightID = producer.inputs[1], let weight = model[weightID].constant, weight.type == .float32,
      weight.shape.rank > 0, weight.shape[0] == factor.count
    else { return nil }
    var bias = [Float](repeating: 0, count: factor.count)
    if producer.inputs.count > 2, let biasID = producer.inputs[2] {
      guard let constant = model[biasID].constant, constant.type == .float32, constant.count == bias.count else {
        return nil
      }
      bias = constant.array(of: Float.self)
    }
    for channel in bias.indices { bias[channel] = (bias[channel] - mean[channel]) * factor[channel] + shift[channel] }
    var node = producer
    let scaled = scale(weight)
    node.inputs = [
      producer.inputs[0], add(scaled, like: weightID, suffix: "_folded", &body, &model, &names),
      add(Tensor([bias.count], bias), like: weightID, suffix: "_folded_bias", &body, &model, &names),
    ]
    return node
  }

  private func scale(_ weight: Tensor) -> Tensor {
    let source = weight.aligned()
    let span = source.span(of: Float.self)
    let perChannel = weight.count / max(factor.count, 1)
    return Tensor(weight.shape, of: Float.self) { result in
      for index in span.indices { result[index] = span[index] * factor[index / perChannel] }
    }
  }

  private func add(
    _ tensor: Tensor, like original: ValueID, suffix: String, _ body: inout Body, _ model: inout Model,
    _ names: inout NameAllocator
  ) -> ValueID {
    let name = names.unique(model[original].name + suffix)
    let id = model.add(
      Value(name: name, type: tensor.type, dimensions: tensor.shape.dimensions.map(Dimension.fixed), constant: tensor))
    body.initializers.append(id)
    return id
  }
}
