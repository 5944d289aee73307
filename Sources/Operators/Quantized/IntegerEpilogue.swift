import Kernels
import Tensors

/// What becomes of the sums of an integer product, with the type of the results told at run time.
enum IntegerEpilogue: Sendable {
  case unsigned(Int8Epilogue<UInt8>)
  case signed(Int8Epilogue<Int8>)
  case real(Int8Epilogue<Float>)
  case sums(Int8Epilogue<Int32>)

  /// Real numbers, quantized to `type`, int8 or else uint8.
  static func quantized(
    _ real: Int8Epilogue<Float>, to type: DataType, scale: Float, zeroPoint: Int32
  ) -> IntegerEpilogue {
    type == .int8
      ? .signed(.quantize(real, scale: scale, zeroPoint: zeroPoint))
      : .unsigned(.quantize(real, scale: scale, zeroPoint: zeroPoint))
  }

  /// This epilogue with the numbers of each column worked out, for activations of `type`, uint8 or int8, that have a
  /// zero point.
  func prepared(for weights: PackedInt8Matrix, of type: DataType, zeroPoint: Int32) -> IntegerEpilogue {
    switch self {
    case .unsigned(let epilogue): .unsigned(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .signed(let epilogue): .signed(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .real(let epilogue): .real(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .sums(let epilogue): .sums(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    }
  }

  /// This epilogue of bytes with each of them looked up in a table.
  func looked(upIn table: ByteTable) -> IntegerEpilogue {
    switch self {
    case .unsigned(let epilogue): .unsigned(epilogue.looked(upIn: table.results))
    case .signed(let epilogue): .signed(epilogue.looked(upIn: table.results))
    case .real, .sums: preconditionFailure("numbers that are not bytes looked up")
    }
  }

  /// The same for a convolution.
  func prepared(for weights: PackedInt8Convolution, of type: DataType, zeroPoint: Int32) -> IntegerEpilogue {
    switch self {
    case .unsigned(let epilogue): .unsigned(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .signed(let epilogue): .signed(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .real(let epilogue): .real(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    case .sums(let epilogue): .sums(epilogue.prepared(for: weights, of: type, zeroPoint: zeroPoint))
    }
  }
}

extension Int8Epilogue {
  fileprivate func prepared(for weights: PackedInt8Matrix, of type: DataType, zeroPoint: Int32) -> Int8Epilogue {
    type == .uint8
      ? prepared(for: weights, of: UInt8.self, zeroPoint: zeroPoint)
      : prepared(for: weights, of: Int8.self, zeroPoint: zeroPoint)
  }

  fileprivate func prepared(for weights: PackedInt8Convolution, of type: DataType, zeroPoint: Int32) -> Int8Epilogue {
    type == .uint8
      ? prepared(for: weights, of: UInt8.self, zeroPoint: zeroPoint)
      : prepared(for: weights, of: Int8.self, zeroPoint: zeroPoint)
  }
}
