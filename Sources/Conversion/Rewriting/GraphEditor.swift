import ModelGraph
import Tensors

/// Adds values, constants and nodes to a model under names that nothing bears yet.
struct GraphEditor {
  var model: Model
  private var names: NameAllocator
  /// Constants made so far that no body lists yet.
  private var newConstants: [ValueID] = []

  init(_ model: Model) {
    self.model = model
    names = NameAllocator(for: model)
  }

  mutating func addConstant(_ name: String, _ tensor: Tensor) -> ValueID {
    let id = model.add(
      Value(
        name: names.unique(name), type: tensor.type, dimensions: tensor.shape.dimensions.map(Dimension.fixed),
        constant: tensor))
    newConstants.append(id)
    return id
  }

  /// Adds a value that a node will produce.
  mutating func addValue(_ name: String, type: DataType?, dimensions: [Dimension]? = nil) -> ValueID {
    model.add(Value(name: names.unique(name), type: type, dimensions: dimensions))
  }

  /// The constants added since the last call, for the body that uses them.
  mutating func takeConstants() -> [ValueID] {
    defer { newConstants = [] }
    return newConstants
  }
}

extension Model {
  /// Takes out initializers that nothing uses any more, and the inputs of the model that only named them.
  mutating func removeUnusedInitializers() {
    var used = Set<ValueID>()
    main.forEachBody { body in
      used.formUnion(body.outputs)
      for node in body.nodes { used.formUnion(node.inputs.compactMap { $0 }) }
    }
    let unusedInputs = Set(main.initializers).subtracting(used)
    main.inputs.removeAll { unusedInputs.contains($0) }
    main.rewriteBodies { body in body.initializers.removeAll { !used.contains($0) } }
  }
}
