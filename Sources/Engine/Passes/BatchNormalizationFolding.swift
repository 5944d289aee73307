public import ModelGraph
import OrderedCollections
import Tensors

/// Folds a BatchNormalization with constant parameters into the convolution or product before it.
///
/// With g = scale / sqrt(variance + epsilon), the weights of output channel c are multiplied by g[c] and the bias
/// becomes (bias − mean)·g + shift (ONNX BatchNormalization, inference form). A MatMul, which has no bias, is followed by
/// an Add instead; between it and the normalization there may be a Flatten or Reshape to a matrix of the same columns.
public struct BatchNormalizationFolding: GraphPass {
  public let name = "batch-normalization-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      var folding = Folding(body, model)
      folding.run()
      (body, model) = (folding.body, folding.model)
    }
  }
}

/// One body on its way.
private struct Folding {
  var body: Body
  var model: Model
  private let uses: Uses
  private var names: NameAllocator
  private var removed = Set<Int>()

  init(_ body: Body, _ model: Model) {
    self.body = body
    self.model = model
    uses = Uses(of: body)
    names = NameAllocator(for: model)
  }

  mutating func run() {
    for (index, node) in body.nodes.enumerated() where node.operatorName == OperatorName("BatchNormalization") {
      guard node.outputs.dropFirst().allSatisfy({ $0 == nil }), let producer = soleProducer(of: node.inputs[0], index),
        let normalization = Normalization(node, model)
      else { continue }
      if foldIntoBias(normalization, at: index, of: producer) || foldIntoSum(normalization, at: index, of: producer) {
        continue
      }
      foldIntoSum(normalization, at: index, behindView: producer)
    }
    body.nodes = body.nodes.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
  }

  /// The node that produces a value which only the one at `index` uses.
  private func soleProducer(of value: ValueID?, _ index: Int) -> Int? {
    guard let value, let producer = uses.producer[value], uses.soleConsumer(of: value) == index,
      !removed.contains(producer), body.nodes[producer].outputs.count == 1,
      body.nodes[producer].operatorName.domain.isEmpty
    else { return nil }
    return producer
  }

  /// A Conv or Gemm takes the normalization into its weights and its bias.
  private mutating func foldIntoBias(_ normalization: Normalization, at index: Int, of producer: Int) -> Bool {
    var node = body.nodes[producer]
    guard ["Conv", "Gemm"].contains(node.operatorName.type), node.float("beta") ?? 1 == 1,
      let weight = weight(of: node, for: normalization)
    else { return false }
    var bias = [Float](repeating: 0, count: normalization.factor.count)
    if node.inputs.count > 2, let biasID = node.inputs[2] {
      guard let constant = model[biasID].constant, constant.type == .float32, constant.count == bias.count,
        constant.shape.dimensions.last == bias.count
      else { return false }
      bias = constant.array(of: Float.self)
    }
    node.inputs = [
      node.inputs[0], scaled(weight, by: normalization),
      add(normalization.applied(to: bias), like: weight.id, suffix: "_folded_bias"),
    ]
    node.outputs = [body.nodes[index].outputs[0]]
    body.nodes[producer] = node
    removed.insert(index)
    return true
  }

  /// A MatMul to a matrix takes the factors, and an Add in place of the normalization the rest.
  private mutating func foldIntoSum(_ normalization: Normalization, at index: Int, of producer: Int) -> Bool {
    let input = body.nodes[index].inputs[0]
    guard let input, model[input].dimensions?.count == 2, scale(producer, by: normalization) else { return false }
    body.nodes[index] = sum(normalization, with: input, into: body.nodes[index].outputs[0], body.nodes[index].name)
    return true
  }

  /// The same where the matrix is a view of what the MatMul returns; the sum comes before the view.
  private mutating func foldIntoSum(_ normalization: Normalization, at index: Int, behindView view: Int) {
    guard isMatrixView(view, columns: normalization.factor.count), let product = body.nodes[view].inputs[0],
      let producer = soleProducer(of: product, view), scale(producer, by: normalization)
    else { return }
    let normalized = model.add(Value(name: names.unique(model[product].name + "_normalized")))
    var moved = body.nodes[view]
    moved.inputs[0] = normalized
    moved.outputs = [body.nodes[index].outputs[0]]
    body.nodes[view] = sum(normalization, with: product, into: normalized, body.nodes[index].name)
    body.nodes[index] = moved
  }

  /// Whether a node makes a matrix of what has so many columns: a Flatten that the normalization goes with can only keep
  /// them.
  private func isMatrixView(_ index: Int, columns: Int) -> Bool {
    let node = body.nodes[index]
    switch node.operatorName.type {
    case "Flatten": return true
    case "Reshape":
      guard node.inputs.count > 1, let shape = node.inputs[1].flatMap({ model[$0].constant }), shape.type == .int64
      else { return false }
      return shape.count == 2 && shape.array(of: Int64.self)[1] == Int64(columns)
    default: return false
    }
  }

  /// Multiplies the columns of a MatMul's weights; says whether it could.
  private mutating func scale(_ index: Int, by normalization: Normalization) -> Bool {
    guard body.nodes[index].operatorName.type == "MatMul",
      let weight = weight(of: body.nodes[index], for: normalization)
    else { return false }
    body.nodes[index].inputs[1] = scaled(weight, by: normalization)
    return true
  }

  private mutating func sum(
    _ normalization: Normalization, with value: ValueID, into output: ValueID?, _ name: String
  ) -> Node {
    let shift = normalization.applied(to: [Float](repeating: 0, count: normalization.factor.count))
    return Node(
      name: name, OperatorName("Add"), inputs: [value, add(shift, like: value, suffix: "_shift")], outputs: [output])
  }

  private struct Weight {
    let id: ValueID
    let tensor: Tensor
    /// The axis of output channels.
    let axis: Int
  }

  /// The weights of a product that have the channels of the normalization.
  private func weight(of node: Node, for normalization: Normalization) -> Weight? {
    guard node.inputs.count >= 2, let id = node.inputs[1], let tensor = model[id].constant, tensor.type == .float32,
      tensor.shape.rank >= 2
    else { return nil }
    let isConvolution = node.operatorName.type == "Conv", transposes = (node.int("transB") ?? 0) != 0
    guard isConvolution || tensor.shape.rank == 2 else { return nil }
    let axis = isConvolution || transposes ? 0 : 1
    return tensor.shape[axis] == normalization.factor.count ? Weight(id: id, tensor: tensor, axis: axis) : nil
  }

  private mutating func scaled(_ weight: Weight, by normalization: Normalization) -> ValueID {
    let source = weight.tensor.aligned()
    let elements = source.span(of: Float.self)
    let (channels, inner) = (source.shape[weight.axis], source.shape.count(of: weight.axis + 1..<source.shape.rank))
    let scaled = Tensor(source.shape, of: Float.self) { result in
      for index in elements.indices {
        result[index] = elements[index] * normalization.factor[index / inner % channels]
      }
    }
    return add(scaled, like: weight.id, suffix: "_folded")
  }

  private mutating func add(_ values: [Float], like original: ValueID, suffix: String) -> ValueID {
    add(Tensor([values.count], values), like: original, suffix: suffix)
  }

  private mutating func add(_ tensor: Tensor, like original: ValueID, suffix: String) -> ValueID {
    let name = names.unique(model[original].name + suffix)
    let id = model.add(
      Value(name: name, type: tensor.type, dimensions: tensor.shape.dimensions.map(Dimension.fixed), constant: tensor))
    body.initializers.append(id)
    return id
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

  /// What becomes of a bias.
  func applied(to bias: [Float]) -> [Float] {
    bias.indices.map { (bias[$0] - mean[$0]) * factor[$0] + shift[$0] }
  }
}
