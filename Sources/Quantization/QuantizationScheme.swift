public import Tensors

/// How real numbers become integers: the stored type, which integers are used, where zero lies, and how many
/// scales there are. Together with scales and zero points it makes `QuantizationParameters`.
public struct QuantizationScheme: Hashable, Sendable {
  public var storage: Storage
  public var mapping: Mapping
  public var levels: Levels
  public var granularity: Granularity

  public init(
    storage: Storage, mapping: Mapping, levels: Levels = .full, granularity: Granularity = .perTensor
  ) {
    self.storage = storage
    self.mapping = mapping
    self.levels = levels
    self.granularity = granularity
  }

  /// The integer type of the quantized elements.
  public enum Storage: Hashable, Sendable, CaseIterable {
    case uint8
    case int8
    case int32
  }

  /// Where the real zero lies among the integers.
  public enum Mapping: Hashable, Sendable, CaseIterable {
    /// At the middle of the integers; the real range is widened to −m…m with m = max(|minimum|, |maximum|).
    case symmetric
    /// Wherever the real range, widened to include zero, puts it.
    case asymmetric
  }

  /// Which of the integers that the storage type can hold are used.
  public enum Levels: Hashable, Sendable, CaseIterable {
    /// All of them: −128…127, 0…255.
    case full
    /// All but the lowest, so that as many lie below the middle as above: −127…127, 1…255.
    case narrow
    /// One bit fewer: −64…64, 0…127. Sums of two products then fit the 16 bits of older processors' instructions.
    case reduced
  }

  /// How many scales a tensor has.
  public enum Granularity: Hashable, Sendable {
    case perTensor
    /// One scale for each index of axis `axis`, 0 ..< rank.
    case perChannel(axis: Int)
  }
}

extension QuantizationScheme {
  /// Weights as ONNX Runtime's quantizer makes them: symmetric int8 of −127…127, one scale per output channel.
  public static func weights(axis: Int) -> Self {
    Self(storage: .int8, mapping: .symmetric, levels: .narrow, granularity: .perChannel(axis: axis))
  }

  /// Weights with one scale for the whole tensor: symmetric int8 of −127…127.
  public static let weightsPerTensor = Self(storage: .int8, mapping: .symmetric, levels: .narrow)

  /// Activations: asymmetric uint8 of 0…255.
  public static let activations = Self(storage: .uint8, mapping: .asymmetric)

  /// Weights as compressed-tensors makes them: symmetric int8 of −128…127 with the scale m / 127.5, which is what
  /// the range rule gives when all 256 levels are used.
  public static func compressedTensorsWeights(axis: Int) -> Self {
    Self(storage: .int8, mapping: .symmetric, levels: .full, granularity: .perChannel(axis: axis))
  }

  /// The integers in use.
  public var quantizedRange: ClosedRange<Int32> {
    let full = storage.range
    switch (levels, storage) {
    case (.full, _): return full
    case (.narrow, _): return full.lowerBound + 1...full.upperBound
    case (.reduced, .uint8): return full.lowerBound / 2...full.upperBound / 2
    case (.reduced, .int8), (.reduced, .int32): return full.lowerBound / 2...full.upperBound / 2 + 1
    }
  }

  /// The axis along which scales run; nil where there is one for the whole tensor.
  public var axis: Int? {
    if case .perChannel(let axis) = granularity { axis } else { nil }
  }
}

extension QuantizationScheme.Storage {
  /// Every integer that the type can hold.
  public var range: ClosedRange<Int32> {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .int32: Int32.min...Int32.max
    }
  }

  /// The element type of the quantized tensor.
  public var dataType: DataType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .int32: .int32
    }
  }
}
