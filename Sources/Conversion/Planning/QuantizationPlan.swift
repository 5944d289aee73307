public import ModelGraph
public import OrderedCollections
public import Quantization

/// What INT8 conversion will do to each node and value of a model's main body, decided but not yet done.
///
/// A plan is a value: it can be printed, changed and applied again.
public struct QuantizationPlan: Sendable {
  /// What becomes of each node of the main body, by index.
  public var decisions: [Decision]

  /// The activations that will be quantized, with their parameters, in the order of the nodes that produce them.
  public var activations: OrderedDictionary<ValueID, QuantizationParameters>

  /// The parameters of the weights of integer products and of the tables of lookups, by the index of the node.
  public var weights: [Int: QuantizationParameters]

  /// The parameters of the biases that join the sums of integer products, by the index of the node that adds them: the
  /// product itself, or an Add behind it.
  public var biases: [Int: QuantizationParameters] = [:]

  /// Whether the plan is expected to make the model faster, as far as the planner was asked to see to that.
  public var isFaster = true

  public init(
    decisions: [Decision] = [], activations: OrderedDictionary<ValueID, QuantizationParameters> = [:],
    weights: [Int: QuantizationParameters] = [:]
  ) {
    self.decisions = decisions
    self.activations = activations
    self.weights = weights
  }

  /// What becomes of a node.
  public enum Decision: Sendable, Hashable {
    /// It multiplies 8-bit integers: its input, its weight and perhaps its output are quantized.
    case integerProduct
    /// It works on quantized inputs and gives a quantized output.
    case integerElementwise
    /// It moves quantized elements as they are.
    case integerMovement
    /// It looks up rows of a constant table that is stored as integers with one scale per row.
    case integerLookup
    /// It adds a constant to an integer product, which is stored as 32-bit integers in the steps of the sums.
    case integerBias
    /// It is absorbed by the saturation of the integer node before it.
    case absorbed
    case keepFloat(Reason)

    /// Whether the node is converted.
    public var isInteger: Bool {
      if case .keepFloat = self { false } else { true }
    }

    /// Whether what the node returns can be quantized at no cost: it comes out of an integer kernel.
    var givesIntegers: Bool { isInteger && self != .integerLookup && self != .integerBias }
  }

  /// Why a node stays in float.
  public enum Reason: Sendable, Hashable {
    /// Runtimes have no integer kernel for the operator.
    case noIntegerKernel
    /// The weight is computed by the model, not constant.
    case weightNotConstant
    /// The weight is not float32, or its rank is not one that integer kernels take.
    case weightUnsuitable
    /// The weight has a NaN or an infinity.
    case weightNotFinite
    /// The bias is not constant, or not one number per output channel.
    case biasUnsuitable
    /// Calibration never saw the activation, or saw no finite number in it.
    case notCalibrated
    /// Calibration saw a NaN or an infinity in the activation.
    case activationNotFinite
    /// What comes in is not quantized, or nothing that comes after would use the quantized result.
    case notWorthwhile
    /// Computing in integers would not make up for the changes between integers and real numbers that come with it.
    case notFaster
    /// The inputs of a Concat have ranges so different that one scale would wipe out the smaller.
    case rangesDiffer
    /// The node is excluded by the caller.
    case excluded
  }
}

extension QuantizationPlan.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noIntegerKernel: "no integer kernel in runtimes"
    case .weightNotConstant: "weight is computed, not constant"
    case .weightUnsuitable: "weight type or rank unsuitable"
    case .weightNotFinite: "weight has NaN or Inf"
    case .biasUnsuitable: "bias is not one constant per channel"
    case .notCalibrated: "not reached by the calibration data"
    case .activationNotFinite: "activation has NaN or Inf"
    case .notWorthwhile: "neighbours are float"
    case .notFaster: "int8 would not be faster"
    case .rangesDiffer: "input ranges differ too much to share a scale"
    case .excluded: "excluded"
    }
  }
}

extension QuantizationPlan.Decision: CustomStringConvertible {
  public var description: String {
    switch self {
    case .integerProduct: "int8 product"
    case .integerElementwise: "int8 elementwise"
    case .integerMovement: "int8 data movement"
    case .integerLookup: "int8 table lookup"
    case .integerBias: "int32 bias of an int8 product"
    case .absorbed: "absorbed by the int8 node before it"
    case .keepFloat(let reason): "float: \(reason)"
    }
  }
}
