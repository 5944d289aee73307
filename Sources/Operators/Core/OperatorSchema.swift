public import ModelGraph
public import Tensors

/// What holds for every node of an operator: its name, how many inputs it takes, which types come out.
public struct OperatorSchema: Sendable {
  public let name: OperatorName

  /// The versions of the operator set in which the operator exists and is understood as ONNX defines it there.
  public let versions: ClosedRange<Int>

  /// How many inputs a node may have. The first `inputs.lowerBound` must be present.
  public let inputs: ClosedRange<Int>

  /// The type of each output; the last rule repeats where a node has more outputs.
  public let outputs: [OutputType]

  /// Inputs that ONNX wants in float32 whatever the type of the data: the scales of Resize, say.
  public let float32Inputs: Set<Int>

  /// The first version in which the data may be float16; nil where it never may.
  public let float16Since: Int?

  /// The first version in which the data may be bfloat16; nil where it never may.
  public let bfloat16Since: Int?

  /// Whether `run` itself takes two-byte floating-point tensors, because it only moves elements about or converts
  /// them. Where it does not, the engine widens them to float32 around the call.
  public let acceptsHalf: Bool

  /// Whether two runs on the same inputs may differ, so that a node must not be folded into a constant.
  public let isRandom: Bool

  public init(
    _ type: String, domain: String = "", versions: ClosedRange<Int> = 1...newestOpset, inputs: ClosedRange<Int>,
    outputs: [OutputType] = [.sameAsInput(0)], float32Inputs: Set<Int> = [], float16Since: Int? = 1,
    bfloat16Since: Int? = 13, acceptsHalf: Bool = false, isRandom: Bool = false
  ) {
    name = OperatorName(type, domain: domain)
    self.versions = versions
    self.inputs = inputs
    self.outputs = outputs
    self.float32Inputs = float32Inputs
    self.float16Since = float16Since
    self.bfloat16Since = bfloat16Since
    self.acceptsHalf = acceptsHalf
    self.isRandom = isRandom
  }
}

/// The newest version of ai.onnx that the operators here were written for (onnx 1.23).
public let newestOpset = 28

/// The element type of an output as a rule over the types of the inputs.
public enum OutputType: Sendable, Hashable {
  /// The type of the input at this position (an ONNX type variable).
  case sameAsInput(Int)
  case fixed(DataType)
  /// The operator overrides `outputTypes`.
  case computed

  func resolve(_ inputs: [DataType?]) -> DataType? {
    switch self {
    case .sameAsInput(let index): index < inputs.count ? inputs[index] : nil
    case .fixed(let type): type
    case .computed: nil
    }
  }
}
