/// Packed integer weights, as an epilogue sees them.
protocol Int8Weights {
  /// What tells these weights from others.
  var memory: AlignedMemory { get }

  /// What is added to the sum of each column besides the products: the bias, and what the zero point of the unsigned
  /// activations contributes.
  func offsets(zeroPoint: Int32, bias: [Int32]) -> [Int32]
}

/// What finishes the sums of each column, for certain weights and a zero point of the activations.
final class Int8Columns: Sendable {
  private let weights: AlignedMemory
  private let zeroPoint: Int32
  let offsets: [Int32]
  /// One for each column; none where the output is the sums.
  let multipliers: [Float]

  /// Works the numbers out; `zeroPoint` is that of unsigned activations.
  init<Output>(_ epilogue: Int8Epilogue<Output>, for weights: some Int8Weights, zeroPoint: Int32) {
    self.weights = weights.memory
    self.zeroPoint = zeroPoint
    offsets = weights.offsets(zeroPoint: zeroPoint, bias: epilogue.integerBias)
    epilogue.check(columns: offsets.count)
    let given = epilogue.multipliers
    multipliers = given.count == 1 ? [Float](repeating: given[0], count: offsets.count) : given
    precondition(Output.self == Int32.self || multipliers.count == offsets.count, "no multipliers")
  }

  /// Whether the numbers hold for products of such activations with these weights.
  func serves(_ weights: some Int8Weights, zeroPoint: Int32) -> Bool {
    self.weights === weights.memory && self.zeroPoint == zeroPoint
  }
}

extension Int8Epilogue {
  /// This epilogue with the numbers of each column worked out, for products of activations of a type and a zero point
  /// with certain weights. With others it can be used as well, but then works the numbers out for each product.
  public func prepared<Byte: QuantizedByte>(
    for weights: PackedInt8Matrix, of: Byte.Type, zeroPoint: Int32
  ) -> Int8Epilogue {
    prepared(for: weights.bytes, zeroPoint: Byte.unsignedZeroPoint(zeroPoint))
  }

  /// The same for a convolution.
  public func prepared<Byte: QuantizedByte>(
    for weights: PackedInt8Convolution, of: Byte.Type, zeroPoint: Int32
  ) -> Int8Epilogue {
    let zeroPoint = Byte.unsignedZeroPoint(zeroPoint)
    return switch weights.storage {
    case .bytes(let bytes): prepared(for: bytes, zeroPoint: zeroPoint)
    case .depthwise(let taps): prepared(for: taps, zeroPoint: zeroPoint)
    }
  }

  private func prepared(for weights: some Int8Weights, zeroPoint: Int32) -> Int8Epilogue {
    var prepared = self
    prepared.columns = Int8Columns(self, for: weights, zeroPoint: zeroPoint)
    return prepared
  }

  /// The numbers for a product; `zeroPoint` is that of unsigned activations.
  func columns(for weights: some Int8Weights, zeroPoint: Int32) -> Int8Columns {
    if let columns, columns.serves(weights, zeroPoint: zeroPoint) { return columns }
    return Int8Columns(self, for: weights, zeroPoint: zeroPoint)
  }
}
