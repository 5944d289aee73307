public import Tensors

/// One operator applied by one node: its attributes as stored properties, and how to run it.
///
/// A conforming type lives in a file of its own and is listed once in `OperatorRegistry.standard`.
public protocol Operator: Sendable {
  /// What holds for every node of this operator.
  static var schema: OperatorSchema { get }

  /// Reads the attributes of a node, once. Throws where one is missing, of the wrong kind or out of range.
  init(_ node: NodeReader) throws(OperatorError)

  /// The types of the outputs for inputs of the given types; nil where they cannot be told yet.
  func outputTypes(_ inputs: [DataType?]) -> [DataType?]

  /// This operator with everything precomputed that depends on constant inputs only, such as packed weights.
  ///
  /// `constants` has one entry per input, nil where its value is not known before the run. The inputs are passed to
  /// `run` all the same.
  func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator

  /// Computes the outputs, in order. Trailing optional outputs that no one wants may be left out.
  ///
  /// Types and shapes are checked here: a mismatch throws and never traps.
  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor]

  /// Positions of the inputs that `run` may write its result over, where `OperatorInputs.overwritable` has them.
  var overwritableInputs: [Int] { get }

  /// What a run on `inputs` that returned `outputs` had to compute; an output that no one wants is nil.
  ///
  /// For reports only. Inputs may be of a half-precision type although `run` was given them in float32.
  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork?

  /// How the INT8 planner may treat a node of this operator.
  var quantization: QuantizationRule { get }

  /// The same with the constant inputs known, for the few operators where it depends on them. Packs
  /// nothing; the constants may lie unaligned.
  func quantization(with constants: [Tensor?]) -> QuantizationRule
}

extension Operator {
  public func outputTypes(_ inputs: [DataType?]) -> [DataType?] {
    Self.schema.outputs.map { $0.resolve(inputs) }
  }

  public func prepared(with constants: [Tensor?]) throws(OperatorError) -> any Operator { self }

  public var overwritableInputs: [Int] { [] }

  public func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? { nil }

  public var quantization: QuantizationRule { .keepFloat }

  public func quantization(with constants: [Tensor?]) -> QuantizationRule { quantization }
}
