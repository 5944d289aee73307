public import Engine
public import Kernels
public import ModelGraph
public import Operators
public import Tensors

/// Converts a float32 model to half precision.
public struct HalfPrecisionConversion: Sendable {
  /// float16 or bfloat16.
  public var type: DataType
  /// Whether the model's own inputs and outputs become half too.
  public var convertsInterface: Bool
  /// Values that a run on data showed to exceed the largest float16; the nodes around them stay in float32.
  public var overflowing: Set<ValueID>
  /// The names of nodes that must stay in float32.
  public var excludedNodes: Set<String> = []

  public init(to type: DataType, convertsInterface: Bool = false, overflowing: Set<ValueID> = []) {
    self.type = type
    self.convertsInterface = convertsInterface
    self.overflowing = overflowing
  }

  /// What a conversion gives.
  public struct Result: Sendable {
    public let model: Model
    public let plan: HalfPrecisionPlan
    /// Constants' elements that are too small for the type and became zero.
    public let underflowed: Int
  }

  /// The passes to apply before planning. Identities of values hold from there on.
  public static let preparation: [any GraphPass] = [FunctionInlining(), ArityCheck(), ConstantNodes()]

  /// Converts a model that `preparation` has been applied to.
  public func convert(_ prepared: Model, registry: OperatorRegistry = .standard, compute: Compute) -> Result {
    var model = prepared
    model.inferTypes(registry)
    var planner = HalfPrecisionPlanner(model, type: type, overflowing: overflowing, registry: registry)
    planner.excludedNodes = excludedNodes
    let plan = planner.makePlan()
    var rewriter = HalfPrecisionRewriter(
      model, plan: plan, convertsInterface: convertsInterface, registry: registry, compute: compute)
    let converted = rewriter.rewrite()
    return Result(model: converted, plan: plan, underflowed: rewriter.underflowed)
  }
}
