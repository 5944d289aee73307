public import ModelGraph
public import Tensors

/// Which nodes will compute on half-precision values, decided but not yet done.
public struct HalfPrecisionPlan: Sendable {
  /// float16 or bfloat16.
  public let type: DataType
  /// What becomes of each node of all bodies, in order, outer nodes before those of their bodies.
  public internal(set) var decisions: [NodeDecision] = []
  /// The first outputs of the nodes that will be half.
  var halfNodes: Set<ValueID> = []

  public struct NodeDecision: Sendable, Hashable {
    public let operatorName: OperatorName
    public let nodeName: String
    /// Nil where the node will be half.
    public let reasonForFloat32: Reason?
  }

  /// Why a node stays in float32.
  public enum Reason: Sendable, Hashable {
    /// It has no floating-point data.
    case noFloatData
    /// The operator is not known, so its types are not either.
    case unknownOperator
    /// ONNX does not define the operator for the type in this opset.
    case notDefinedForType
    /// It runs a body; values keep float32 at its boundary.
    case controlFlow
    /// A constant input exceeds 65504, the largest float16.
    case constantOverflows
    /// An input may exceed 65504, since a constant before it does.
    case inputMayOverflow
    /// Data showed a value beyond 65504.
    case overflowsOnData
    /// The user asked for it.
    case excluded
  }
}

extension HalfPrecisionPlan.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noFloatData: "no floating-point data"
    case .unknownOperator: "operator not known"
    case .notDefinedForType: "not defined for the type in this opset"
    case .controlFlow: "control flow keeps float32 at its boundary"
    case .constantOverflows: "a constant exceeds 65504"
    case .inputMayOverflow: "an input may exceed 65504"
    case .overflowsOnData: "exceeds 65504 on the given data"
    case .excluded: "excluded"
    }
  }
}
