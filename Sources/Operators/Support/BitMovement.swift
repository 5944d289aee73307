import Tensors

/// A rearrangement of elements that looks at nothing but their bits, so that one loop serves all types of a width.
protocol BitMovement {
  /// Makes the result with elements of an unsigned integer type.
  func move<Bits: TensorElement & FixedWidthInteger>(as: Bits.Type) -> Tensor
}

extension BitMovement {
  /// The result, with elements of the given type.
  func result(of type: DataType) throws(OperatorError) -> Tensor {
    let bits: Tensor
    switch type.byteWidth {
    case 1: bits = move(as: UInt8.self)
    case 2: bits = move(as: UInt16.self)
    case 4: bits = move(as: UInt32.self)
    case 8: bits = move(as: UInt64.self)
    default: throw .unsupported("elements of type \(type) cannot be moved")
    }
    return bits.reinterpreted(as: type)
  }
}

/// Copies `count` neighbouring elements.
@inline(__always)
func copyRun<Bits: BitwiseCopyable>(
  of count: Int, from input: Span<Bits>, at start: Int, to output: inout MutableSpan<Bits>, at target: Int
) {
  if count == 1 {
    output[target] = input[start]
  } else {
    output.copy(input.extracting(start..<start + count), at: target)
  }
}

/// Writes `count` neighbouring elements of one value.
@inline(__always)
func fillRun<Bits: BitwiseCopyable>(
  of count: Int, with value: Bits, in output: inout MutableSpan<Bits>, at target: Int
) {
  precondition(target >= 0 && target + count <= output.count)
  for index in 0..<count { output[target + index] = value }
}
