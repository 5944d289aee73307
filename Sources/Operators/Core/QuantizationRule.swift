/// How the INT8 planner may treat the nodes of an operator. It follows what runtimes fuse into integer kernels:
/// a quantized value next to any other operator only costs time.
public enum QuantizationRule: Sendable, Hashable {
  /// No integer kernel is known: inputs and outputs stay in float.
  case keepFloat

  /// An integer product of input 0 with the constant weight at input 1, plus an optional bias at input 2.
  /// Scales run along `weightAxis` of the weight (the output channels).
  case weighted(weightAxis: Int)

  /// The listed inputs and output 0 are quantized, each with parameters of its own.
  case elementwise(inputs: [Int])

  /// Elements only move or are selected: the listed inputs and every output share one set of parameters.
  case sharedParameters(inputs: [Int])

  /// Clamps its input from below at 0 and perhaps from above, so that a producer can saturate instead.
  case clamp(upper: Float?)
}
