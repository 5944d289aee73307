public import Kernels
public import ModelGraph
public import Operators
public import Tensors

/// A model made ready to run: operators read, constants folded, weights packed.
///
/// A session is immutable, so any number of threads may run it at the same time.
public struct Session: Sendable {
  /// The values that a run is fed, in order: the model's inputs that have no initializer.
  public let inputs: [Value]
  /// The values that a run returns, in order.
  public let outputs: [Value]

  /// The nodes that a run goes through, in order: those of the model's main body as the passes left it.
  public let nodes: [SessionNode]
  /// The passes, in the order in which they were applied.
  public let passes: [AppliedPass]

  private let program: Program
  /// Whether there are outputs of a half-precision type, to which results are narrowed.
  private let hasHalfOutputs: Bool
  /// What tells observers of values that passes do not otherwise keep; nil where they see all that there are.
  private let probes: Probes?
  let compute: Compute

  /// Compiles `model`.
  ///
  /// - Parameters:
  ///   - passes: rewrites to apply first, in order. Values that a pass removes cannot be observed.
  ///   - observed: the values of the main body to show to observers, whatever the passes make of the nodes around them;
  ///     with nil, observers see all values that are left.
  /// - Throws: where an operator is unknown, an attribute is invalid or the model is not well formed.
  public init(
    _ model: Model, registry: OperatorRegistry = .standard, passes: [any GraphPass] = PassList.standard,
    observing observed: Set<ValueID>? = nil, compute: Compute
  ) throws(EngineError) {
    var model = model
    probes = observed.map { Probes(of: $0, in: &model) }
    let context = PassContext(registry: registry, compute: compute)
    var applied: [AppliedPass] = []
    for pass in passes {
      let before = model.nodeCount
      try pass.apply(to: &model, context)
      applied.append(AppliedPass(name: pass.name, nodesBefore: before, nodesAfter: model.nodeCount))
    }
    probes?.release(in: &model)
    self.passes = applied
    nodes = model.main.nodes.map { SessionNode($0, in: model) }
    inputs = model.requiredInputs.map { model[$0] }
    outputs = model.main.outputs.map { model[$0] }
    hasHalfOutputs = outputs.contains { $0.type?.isHalf == true }
    self.compute = compute
    program = try BodyCompiler(model: model, registry: registry, compute: compute)
      .compile(model.main, inputs: model.requiredInputs, captures: [])
  }

  /// Runs the model once.
  ///
  /// - Parameters:
  ///   - tensors: one tensor per entry of `inputs`, of its type and of dimensions that its declaration allows.
  ///   - observe: called with every observable value of the main body that a node has just produced, in the order of the
  ///     nodes. Where the session was told which values these are, the elements may lie in another order than ONNX's.
  ///   - trace: called after every node of the main body, with how long it took.
  /// - Returns: one tensor per entry of `outputs`.
  ///
  /// Denormal numbers of float32 and float64 arithmetic are taken for 0: processors compute with them a hundred times as
  /// slowly, and states that decay, as in recurrent layers on silence, are full of them.
  public func run(
    _ tensors: [Tensor], observing observe: ((ValueID, Tensor) -> Void)? = nil, tracing trace: StepObserver? = nil
  ) throws(EngineError) -> [Tensor] {
    try checkInputs(tensors)
    let results = try compute.flushingDenormals { () throws(EngineError) in
      try program.run(
        tensors.map { $0.aligned() }, captured: [], compute: compute, observe: observe.map(seenByProbes), trace: trace)
    }
    guard hasHalfOutputs else { return results }
    return zip(results, outputs).map { result, output in
      guard result.type == .float32, let type = output.type, type.isHalf else { return result }
      return result.narrowed(to: type, compute)
    }
  }

  /// What the node of a record of this session computed; nil where its operator does not say.
  public func work(of record: StepRecord) -> OperatorWork? {
    program.steps[record.index].work(record, compute: compute)
  }

  /// An observer of what the program produces, for one of the model's values.
  private func seenByProbes(
    _ observe: @escaping (ValueID, Tensor) -> Void
  ) -> (ValueID, Tensor) -> Void {
    guard let probes else { return observe }
    return { value, tensor in
      if let observed = probes.observed[value] { observe(observed, tensor) }
    }
  }

  private func checkInputs(_ tensors: [Tensor]) throws(EngineError) {
    guard tensors.count == inputs.count else {
      throw EngineError("the model takes \(inputs.count) inputs, got \(tensors.count)")
    }
    for (value, tensor) in zip(inputs, tensors) {
      if let problem = value.mismatch(with: tensor) { throw EngineError("input \"\(value.name)\" \(problem)") }
    }
  }
}

extension Value {
  /// What keeps `tensor` from being this value: "has type int32, expected float32". Nil where nothing does.
  public func mismatch(with tensor: Tensor) -> String? {
    if let type, type != tensor.type { return "has type \(tensor.type), expected \(type)" }
    guard let dimensions else { return nil }
    let fits =
      dimensions.count == tensor.shape.rank
      && zip(dimensions, tensor.shape.dimensions).allSatisfy { $0.fixed == nil || $0.fixed == $1 }
    guard !fits else { return nil }
    let expected = dimensions.map(\.description).joined(separator: ", ")
    return "has shape \(tensor.shape), expected [\(expected)]"
  }
}
