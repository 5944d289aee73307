internal import CKernels

/// Packed integer weights, as an epilogue sees them.
protocol Int8Weights {
  /// What tells these weights from others.
  var memory: AlignedMemory { get }

  /// What is added to the sum of each column besides the products: the bias, and what the zero point of the unsigned
  /// activations contributes.
  func offsets(zeroPoint: Int32, bias: [Int32]) -> [Int32]
}

/// What finishes the sums of each column, for certain weights and a zero point of the activations.
@safe final class Int8Columns: @unchecked Sendable {
  // Safe to share: nothing writes to the memory once this exists.
  private let weights: AlignedMemory
  private let zeroPoint: Int32
  private let memory: AlignedMemory
  /// The kernels' form of the epilogue, valid while this lives. Where results go, what is added to them, and what depends
  /// on the tier is left out.
  let output: ck_int8_output

  /// Works the numbers out; `zeroPoint` is that of unsigned activations.
  init<Output>(_ epilogue: Int8Epilogue<Output>, for weights: some Int8Weights, zeroPoint: Int32) {
    self.weights = weights.memory
    self.zeroPoint = zeroPoint
    let offsets = weights.offsets(zeroPoint: zeroPoint, bias: epilogue.integerBias)
    epilogue.check(columns: offsets.count)
    let given = epilogue.multipliers
    let multipliers = given.count == 1 ? [Float](repeating: given[0], count: offsets.count) : given
    precondition(Output.self == Int32.self || multipliers.count == offsets.count, "no multipliers")

    let words = offsets.count + multipliers.count + epilogue.floatBias.count
    memory = AlignedMemory(byteCount: words * MemoryLayout<Float>.stride + epilogue.table.count)
    var end = unsafe memory.address
    func copied<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element>? {
      guard !elements.isEmpty else { return nil }
      let start = unsafe end.initializeMemory(as: Element.self, from: elements, count: elements.count)
      unsafe end += elements.count * MemoryLayout<Element>.stride
      return unsafe UnsafePointer(start)
    }
    let code = epilogue.scale == nil ? Output.outputCode : Float.outputCode
    var output = unsafe ck_int8_output()
    unsafe output.type = ck_output_type(rawValue: UInt32(code))
    unsafe output.offsets = copied(offsets)
    unsafe output.multipliers = copied(multipliers)
    unsafe output.bias = copied(epilogue.floatBias)
    unsafe output.table = copied(epilogue.table)
    unsafe output.minimum = epilogue.minimum
    unsafe output.maximum = epilogue.maximum
    unsafe output.zero_point = epilogue.zeroPoint
    unsafe self.output = output
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
