public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns a ReduceMean over all spatial axes of an image, which exporters write for a global pooling, into the
/// GlobalAveragePool that it is: runtimes have an integer kernel for that one only. A Flatten follows where axes are not
/// kept.
///
/// The axes must be constant, the rank known and the elements known to be float32. Nodes of the main body only.
public struct MeanPooling: GraphPass {
  public let name = "mean-pooling"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    let means = model.main.nodes.indices.filter { model.main.nodes[$0].operatorName == OperatorName("ReduceMean") }
    guard !means.isEmpty else { return }
    let facts = PoolingFacts(model, context)
    let pooled = Set(means.filter { facts.isGlobalPooling(model.main.nodes[$0]) })
    guard !pooled.isEmpty else { return }
    var names = NameAllocator(for: model)
    var nodes: [Node] = []
    for (index, node) in model.main.nodes.enumerated() {
      if pooled.contains(index) { nodes += pooling(node, in: &model, &names) } else { nodes.append(node) }
    }
    model.main.nodes = nodes
  }

  /// The nodes that do what a ReduceMean over spatial axes does.
  private func pooling(_ mean: Node, in model: inout Model, _ names: inout NameAllocator) -> [Node] {
    var pool = Node(
      name: mean.name, OperatorName("GlobalAveragePool"), inputs: [mean.inputs[0]], outputs: mean.outputs)
    guard mean.int("keepdims") == 0, let result = mean.outputs[0] else { return [pool] }
    let pixel = model.add(Value(name: names.unique(model[result].name + "_pooled"), type: .float32))
    pool.outputs = [pixel]
    let flatten = Node(
      name: mean.name + "_Flatten", OperatorName("Flatten"), inputs: [pixel], outputs: mean.outputs,
      attributes: ["axis": .int(1)])
    return [pool, flatten]
  }
}

/// What has to be known of a mean to take it for a pooling.
private struct PoolingFacts {
  let model: Model
  let shapes: [ValueID: [Int?]]
  let uses: Uses

  init(_ model: Model, _ context: PassContext) {
    self.model = model
    shapes = model.knownShapes(context.registry)
    uses = Uses(of: model.main)
  }

  func isGlobalPooling(_ mean: Node) -> Bool {
    guard let input = mean.inputs[0], let rank = shapes[input]?.count, (3...5).contains(rank), let axes = axes(of: mean)
    else { return false }
    return axes.map { $0 < 0 ? $0 + rank : $0 }.sorted() == Array(2..<rank) && isFloat(input, within: 16)
  }

  private func axes(of mean: Node) -> [Int]? {
    if let axes = mean.integers("axes") { return axes }
    guard mean.inputs.count > 1, let axes = mean.inputs[1].flatMap({ model[$0].constant }), axes.type == .int64 else {
      return nil
    }
    return axes.array(of: Int64.self).map { Int($0) }
  }

  /// Whether a value is float32: because that is stated, because it is computed with a constant that is, or because
  /// what it is computed from is.
  private func isFloat(_ value: ValueID, within depth: Int) -> Bool {
    if let type = model[value].type { return type == .float32 }
    guard depth > 0, let index = uses.producer[value] else { return false }
    let node = model.main.nodes[index]
    guard node.operatorName.domain.isEmpty, let first = node.inputs.first ?? nil else { return false }
    if Self.ofOneType.contains(node.operatorName.type),
      node.inputs.contains(where: { $0.flatMap { model[$0].constant }?.type == .float32 })
    {
      return true
    }
    return (Self.ofOneType.contains(node.operatorName.type) || Self.ofOneInput.contains(node.operatorName.type))
      && isFloat(first, within: depth - 1)
  }

  /// Operators all of whose inputs have the type of the result.
  private static let ofOneType: Set<String> = [
    "Add", "BatchNormalization", "Concat", "Conv", "ConvTranspose", "Div", "Gemm", "MatMul", "Mul", "PRelu", "Sub",
  ]
  /// Operators the first of whose inputs has the type of the result.
  private static let ofOneInput: Set<String> = [
    "AveragePool", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "MaxPool", "Mish", "Pad", "Relu",
    "Resize", "Selu", "Sigmoid", "Softplus", "Swish", "Tanh",
  ]
}
