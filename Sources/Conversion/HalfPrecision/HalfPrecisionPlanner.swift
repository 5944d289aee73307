import Engine
import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Decides which nodes of a model compute on half-precision values.
///
/// Types are solved per value first and casts placed after, so that no node ever sees two types where ONNX wants one.
struct HalfPrecisionPlanner {
  private let model: Model
  private let registry: OperatorRegistry
  private let type: DataType
  /// Values seen beyond the largest float16, from a run on data.
  private let overflowing: Set<ValueID>
  /// The names of nodes that must stay in float32.
  var excludedNodes: Set<String> = []

  private var plan: HalfPrecisionPlan
  /// Values that may exceed the largest float16 because a constant before them does.
  private var tainted: Set<ValueID> = []

  /// - Parameters:
  ///   - model: with types inferred and without model-local functions.
  ///   - overflowing: values that data showed to exceed the range; empty where there is no data.
  init(_ model: Model, type: DataType, overflowing: Set<ValueID>, registry: OperatorRegistry) {
    precondition(type.isHalf, "\(type) is not a half-precision type")
    self.model = model
    self.registry = registry
    self.type = type
    self.overflowing = overflowing
    plan = HalfPrecisionPlan(type: type)
  }

  mutating func makePlan() -> HalfPrecisionPlan {
    decide(model.main)
    return plan
  }

  private mutating func decide(_ body: Body) {
    for node in body.nodes {
      let reason = reasonForFloat32(node)
      plan.decisions.append(
        .init(operatorName: node.operatorName, nodeName: node.name, reasonForFloat32: reason))
      if reason == nil {
        if let output = node.outputs.lazy.compactMap({ $0 }).first { plan.halfNodes.insert(output) }
      } else if reason == .constantOverflows || reason == .inputMayOverflow,
        !Self.boundedOperators.contains(node.operatorName.type)
      {
        tainted.formUnion(node.outputs.compactMap { $0 })
      }
      for inner in node.bodies { decide(inner) }
    }
  }

  private func reasonForFloat32(_ node: Node) -> HalfPrecisionPlan.Reason? {
    if !node.bodies.isEmpty { return .controlFlow }
    if excludedNodes.contains(node.name) { return .excluded }
    let version = model.opsets[node.operatorName.domain] ?? 1
    guard let schema = registry.find(node.operatorName, version: version)?.schema else { return .unknownOperator }
    let data = node.floatData(schema, in: model)
    guard !data.isEmpty || node.makesFloat(in: model) else { return .noFloatData }
    guard let since = type == .float16 ? schema.float16Since : schema.bfloat16Since, since <= version,
      node.attributes["dtype"] == nil
    else { return .notDefinedForType }
    // bfloat16 has the range of float32: only float16 overflows.
    guard type == .float16 else { return nil }
    if data.contains(where: { model[$0].constant?.exceedsHalf == true }) || node.hasOverflowingValue {
      return .constantOverflows
    }
    if data.contains(where: tainted.contains) { return .inputMayOverflow }
    let values = data + node.outputs.compactMap { $0 }
    return values.contains(where: overflowing.contains) ? .overflowsOnData : nil
  }

  /// Operators whose result is small however large the input: past them, half precision is safe again.
  private static let boundedOperators: Set<String> = [
    "Softmax", "Sigmoid", "HardSigmoid", "Tanh", "Softsign", "Erf", "Sign", "Sin", "Cos", "Atan", "LayerNormalization",
    "InstanceNormalization", "GroupNormalization", "RMSNormalization", "LpNormalization", "Hardmax",
  ]
}

extension Node {
  /// The float32 inputs whose type follows that of the data.
  func floatData(_ schema: OperatorSchema, in model: Model) -> [ValueID] {
    inputs.enumerated().compactMap { position, input in
      guard let input, !schema.float32Inputs.contains(position), model[input].type == .float32 else { return nil }
      return input
    }
  }

  /// Whether the node makes float32 out of other types, as its attributes say: a Cast, a ConstantOfShape.
  func makesFloat(in model: Model) -> Bool {
    switch operatorName.type {
    case "Cast", "ConstantOfShape": outputs.first?.flatMap { model[$0].type } == .float32
    default: false
    }
  }

  /// Whether the value of a ConstantOfShape exceeds the largest float16.
  fileprivate var hasOverflowingValue: Bool {
    if operatorName.type == "ConstantOfShape", case .tensor(let value)? = attributes["value"] {
      return value.exceedsHalf
    }
    return false
  }
}

extension Tensor {
  /// Whether a finite element of a float32 tensor rounds to infinity in float16.
  var exceedsHalf: Bool {
    guard type == .float32 else { return false }
    let tensor = aligned()
    let span = tensor.span(of: Float.self)
    return span.indices.contains { span[$0].isFinite && abs(span[$0]) >= 65520 }
  }
}
