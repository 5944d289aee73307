#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function that LSTM, GRU and RNN apply to their gates, as the attribute `activations` names it.
enum RecurrentActivation: Sendable, Hashable {
  case relu, tanh, sigmoid, softsign, softplus
  case affine(Float, Float)
  case leakyRelu(Float)
  case thresholdedRelu(Float)
  case scaledTanh(Float, Float)
  case hardSigmoid(Float, Float)
  case elu(Float)

  /// Finds a function by name, letter case aside, and takes its parameters from the front of the lists.
  init(
    named name: String, alphas: inout ArraySlice<Float>, betas: inout ArraySlice<Float>
  ) throws(OperatorError) {
    func alpha(_ value: Float) -> Float { alphas.popFirst() ?? value }
    func beta(_ value: Float) -> Float { betas.popFirst() ?? value }
    switch name.lowercased() {
    case "relu": self = .relu
    case "tanh": self = .tanh
    case "sigmoid": self = .sigmoid
    case "softsign": self = .softsign
    case "softplus": self = .softplus
    case "affine": self = .affine(alpha(1), beta(0))
    case "leakyrelu": self = .leakyRelu(alpha(0.01))
    case "thresholdedrelu": self = .thresholdedRelu(alpha(1))
    case "scaledtanh": self = .scaledTanh(alpha(1), beta(1))
    case "hardsigmoid": self = .hardSigmoid(alpha(0.2), beta(0.5))
    case "elu": self = .elu(alpha(1))
    default: throw .attribute("activations", "names \"\(name)\", which is no function of recurrent layers")
    }
  }

  func callAsFunction(_ x: Float) -> Float {
    switch self {
    case .relu: max(x, 0)
    case .tanh: tanhf(x)
    case .sigmoid: x.logistic
    case .softsign: x / (1 + abs(x))
    case .softplus: x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(x))
    case .affine(let alpha, let beta): alpha * x + beta
    case .leakyRelu(let alpha): x < 0 ? alpha * x : x
    case .thresholdedRelu(let alpha): x > alpha ? x : 0
    case .scaledTanh(let alpha, let beta): alpha * tanhf(beta * x)
    case .hardSigmoid(let alpha, let beta): (alpha * x + beta).limited(to: 0...1)
    case .elu(let alpha): x < 0 ? alpha * expm1f(x) : x
    }
  }
}
