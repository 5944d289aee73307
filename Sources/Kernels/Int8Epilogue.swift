/// What becomes of the 32-bit sums of an integer product on their way to memory.
///
/// A sum is Σ (a − zero point of a) · (w − zero point of w), exact as long as it fits 32 bits.
public struct Int8Epilogue<Output: Int8ProductElement>: Sendable {
  /// Shared by the copies of an epilogue.
  private final class Parameters: Sendable {
    /// One factor for all columns, or one for each.
    let multipliers: [Float]
    /// Added to sums, one for each column; empty for zeros.
    let integerBias: [Int32]
    /// Added to results, one for each column; empty for zeros.
    let floatBias: [Float]
    let minimum: Float
    let maximum: Float
    /// Of what is quantized again, with a multiplier or after it is a real number.
    let zeroPoint: Int32
    /// Its limits are those above.
    let activation: Activation
    /// By which real numbers are divided to be quantized; nil where none are.
    let scale: Float?
    /// What becomes of bytes in the end, by their bits; empty where they stay as they are.
    let table: [UInt8]

    init(
      multipliers: [Float], integerBias: [Int32], floatBias: [Float], minimum: Float, maximum: Float, zeroPoint: Int32,
      activation: Activation, scale: Float?, table: [UInt8]
    ) {
      self.multipliers = multipliers
      self.integerBias = integerBias
      self.floatBias = floatBias
      self.minimum = minimum
      self.maximum = maximum
      self.zeroPoint = zeroPoint
      self.activation = activation
      self.scale = scale
      self.table = table
    }
  }

  private let parameters: Parameters
  /// What follows for the columns of certain weights, where that has been worked out beforehand.
  var columns: Int8Columns?

  private init(
    multipliers: [Float] = [], integerBias: [Int32] = [], floatBias: [Float] = [], minimum: Float = -.infinity,
    maximum: Float = .infinity, zeroPoint: Int32 = 0, activation: Activation = .none, scale: Float? = nil,
    table: [UInt8] = []
  ) {
    parameters = Parameters(
      multipliers: multipliers, integerBias: integerBias, floatBias: floatBias, minimum: minimum, maximum: maximum,
      zeroPoint: zeroPoint, activation: activation, scale: scale, table: table)
  }

  var multipliers: [Float] { parameters.multipliers }
  var integerBias: [Int32] { parameters.integerBias }
  var floatBias: [Float] { parameters.floatBias }
  var minimum: Float { parameters.minimum }
  var maximum: Float { parameters.maximum }
  var zeroPoint: Int32 { parameters.zeroPoint }
  var activation: Activation { parameters.activation }
  var scale: Float? { parameters.scale }
  var table: [UInt8] { parameters.table }

  func check(columns: Int) {
    func fits(_ count: Int) -> Bool { count <= 1 || count == columns }
    precondition(fits(multipliers.count), "\(multipliers.count) multipliers for \(columns) columns")
    precondition(integerBias.isEmpty || integerBias.count == columns, "bias for \(columns) columns")
    precondition(floatBias.isEmpty || floatBias.count == columns, "bias for \(columns) columns")
  }
}

extension Int8Epilogue where Output: QuantizedByte {
  /// Quantizes again: `clamp(round(Float(sum + bias) · multiplier) + zeroPoint)`.
  ///
  /// Arithmetic is float32 and rounding to nearest, ties to even, as ONNX Runtime computes QLinearMatMul and QLinearConv,
  /// results of which are the same to the bit.
  ///
  /// - Parameters:
  ///   - multipliers: (scale of activations · scale of weights) / scale of results; one, or one for each column.
  ///   - bias: In units of scale of activations · scale of weights.
  ///   - range: The range of results; a fused ReLU is `zeroPoint...`. The type's own range applies in any case.
  public static func requantize(
    multipliers: [Float], bias: [Int32]? = nil, zeroPoint: Int32, range: ClosedRange<Int32>? = nil
  ) -> Int8Epilogue {
    let limits = Int32(Output.min)...Int32(Output.max)
    let range = range.map { $0.clamped(to: limits) } ?? limits
    return Int8Epilogue(
      multipliers: multipliers, integerBias: bias ?? [], minimum: Float(range.lowerBound - zeroPoint),
      maximum: Float(range.upperBound - zeroPoint), zeroPoint: zeroPoint)
  }

  /// The same with each result looked up in a table of 256 results, by the bits of the argument: that of −1 stands at
  /// 255.
  public func looked(upIn table: [UInt8]) -> Int8Epilogue {
    precondition(table.count == 256, "a table of \(table.count) elements")
    return Int8Epilogue(
      multipliers: multipliers, integerBias: integerBias, floatBias: floatBias, minimum: minimum, maximum: maximum,
      zeroPoint: zeroPoint, activation: activation, scale: scale, table: table)
  }

  /// Quantizes real numbers as QuantizeLinear of ONNX does: `saturate(round(real / scale) + zeroPoint)`, the division
  /// being float32's. The numbers are those that `real` gives, none of which is written to memory. For matrix products
  /// without an addend.
  public static func quantize(_ real: Int8Epilogue<Float>, scale: Float, zeroPoint: Int32) -> Int8Epilogue {
    Int8Epilogue(
      multipliers: real.multipliers, integerBias: real.integerBias, floatBias: real.floatBias, minimum: real.minimum,
      maximum: real.maximum, zeroPoint: zeroPoint, activation: real.activation, scale: scale)
  }
}

extension Int8Epilogue where Output == Float {
  /// Turns sums into real numbers: `activation(Float(sum + integerBias) · scale + bias)`, in float32.
  ///
  /// - Parameters:
  ///   - scales: Scale of activations · scale of weights; one, or one for each column.
  ///   - integerBias: In units of the scales, one for each column.
  ///   - bias: One for each column.
  ///   - activation: For matrix products; convolutions take no function.
  public static func dequantize(
    scales: [Float], integerBias: [Int32]? = nil, bias: [Float]? = nil, activation: Activation = .none
  ) -> Int8Epilogue {
    Int8Epilogue(
      multipliers: scales, integerBias: integerBias ?? [], floatBias: bias ?? [],
      minimum: activation.limits.lowerBound, maximum: activation.limits.upperBound, activation: activation)
  }
}

extension Int8Epilogue where Output == Int32 {
  /// Leaves sums as they are, plus a bias if there is one. Wraps around where 32 bits do not hold them.
  public static func sums(bias: [Int32]? = nil) -> Int8Epilogue {
    Int8Epilogue(integerBias: bias ?? [])
  }
}
