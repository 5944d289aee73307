internal import CKernels

/// A function of one float32 number. "Within n ulp" is the distance to the exact value, tested against float64;
/// functions without it are exact or rounded once per written operation. NaN gives NaN.
public enum UnaryFunction: Sendable, Hashable {
  /// x below zero is 0.
  case relu
  /// x · slope below zero, x elsewhere.
  case leakyRelu(slope: Float)
  /// x brought into `lowest` … `highest`; where these are the wrong way round, `highest`.
  case clip(lowest: Float, highest: Float)
  /// 1 / (1 + exp(−x)), within 3 ulp.
  case sigmoid
  /// Within 3 ulp.
  case tanh
  /// Within 1 ulp.
  case exp
  /// The natural logarithm, within 1 ulp.
  case log
  case squareRoot
  case reciprocal
  /// The error function, within 2 ulp.
  case erf
  /// x (1 + erf(x / √2)) / 2. Since the sum cancels below zero, the error is relative to x: at most 2⁻²² · |x|.
  case gelu
  /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, with an error of at most 2⁻²² · |x|.
  case geluTanh
  /// x · sigmoid(factor · x), with an error of at most 2⁻²² · |x| where the factor is 1 (Swish; SiLU).
  case silu(factor: Float = 1)
  /// max(0, min(1, slope · x + offset)) (ONNX HardSigmoid).
  case hardSigmoid(slope: Float = 0.2, offset: Float = 0.5)
  /// x · max(0, min(1, x / 6 + 0.5)) (ONNX HardSwish).
  case hardSwish
  /// ln(1 + exp x), within 3 ulp.
  case softplus
  /// x above zero, factor · (exp x − 1) below; within 2 ulp where the factor is 1.
  case elu(factor: Float = 1)
  /// gamma times ELU.
  case selu(factor: Float, gamma: Float)
  case negate
  case absolute
  case floor
  case ceiling
  /// To the nearest integer, halves to the even one.
  case round
  /// Within 2⁻²³; where |x| > 8192 by the C library, which need not give the same bits everywhere.
  case sin
  /// As the sine.
  case cos
  /// x · tanh(ln(1 + exp x)), within 4 ulp where x ≥ −87; below, where it is less than 2⁻¹¹⁸, within 2⁻¹⁴².
  case mish
  /// x / (1 + |x|); NaN for infinities.
  case softsign
}

extension Compute {
  /// output[i] = function(input[i]). The value depends on the number only: not on its place, the tier or the threads.
  public func apply(_ function: UnaryFunction, to input: Span<Float>, into output: inout MutableSpan<Float>) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    let (identifier, first, second) = function.code
    unsafe forEachChunk(of: input.count, cost: function.cost, from: input.bytes, into: &output) {
      input, output, range in
      unsafe ck_apply(
        tier.identifier, identifier, first, second,
        input.assumingMemoryBound(to: Float.self) + range.lowerBound,
        output.assumingMemoryBound(to: Float.self) + range.lowerBound, range.count)
    }
  }

  /// Replaces each number by its value under `function`.
  public func apply(_ function: UnaryFunction, inPlace numbers: inout MutableSpan<Float>) {
    let count = numbers.count
    let (identifier, first, second) = function.code
    unsafe numbers.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let base = buffer.baseAddress
      forEachChunk(of: count, cost: function.cost) { range in
        let start = unsafe base! + range.lowerBound
        unsafe ck_apply(tier.identifier, identifier, first, second, start, start, range.count)
      }
    }
  }
}

extension UnaryFunction {
  /// The value of this function at one number, as the kernels compute it.
  public func callAsFunction(_ number: Float) -> Float {
    var result: Float = 0
    let (identifier, first, second) = code
    unsafe withUnsafePointer(to: number) { input in
      unsafe ck_apply(CK_TIER_REFERENCE, identifier, first, second, input, &result, 1)
    }
    return result
  }

  /// Roughly what one number costs, in multiply-adds.
  fileprivate var cost: Int {
    switch self {
    case .sin, .cos, .mish, .sigmoid, .tanh, .exp, .log, .erf, .gelu, .geluTanh, .silu, .softplus, .elu, .selu: 8
    default: 1
    }
  }

  var code: (ck_unary, first: Float, second: Float) {
    switch self {
    case .relu: (CK_RELU, 0, 0)
    case .leakyRelu(let slope): (CK_LEAKY_RELU, slope, 0)
    case .clip(let lowest, let highest): (CK_CLIP, lowest, highest)
    case .sigmoid: (CK_SIGMOID, 0, 0)
    case .tanh: (CK_TANH, 0, 0)
    case .exp: (CK_EXP, 0, 0)
    case .log: (CK_LOG, 0, 0)
    case .squareRoot: (CK_SQRT, 0, 0)
    case .reciprocal: (CK_RECIPROCAL, 0, 0)
    case .erf: (CK_ERF, 0, 0)
    case .gelu: (CK_GELU, 0, 0)
    case .geluTanh: (CK_GELU_TANH, 0, 0)
    case .silu(let factor): (CK_SILU, factor, 0)
    case .hardSigmoid(let slope, let offset): (CK_HARD_SIGMOID, slope, offset)
    case .hardSwish: (CK_HARD_SWISH, 0, 0)
    case .softplus: (CK_SOFTPLUS, 0, 0)
    case .elu(let factor): (CK_ELU, factor, 0)
    case .selu(let factor, let gamma): (CK_SELU, factor, gamma)
    case .negate: (CK_NEGATE, 0, 0)
    case .absolute: (CK_ABSOLUTE, 0, 0)
    case .floor: (CK_FLOOR, 0, 0)
    case .ceiling: (CK_CEILING, 0, 0)
    case .round: (CK_ROUND, 0, 0)
    case .sin: (CK_SIN, 0, 0)
    case .cos: (CK_COS, 0, 0)
    case .mish: (CK_MISH, 0, 0)
    case .softsign: (CK_SOFTSIGN, 0, 0)
    }
  }
}
