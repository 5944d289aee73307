/// What a tensor refers to: its description, and behind it the elements where they are in memory of its own.
///
/// One object with one reference to count, so that tensors are cheap to pass around.
@usableFromInline typealias TensorStorage = ManagedBuffer<TensorHeader, TensorGranule>

/// What memory for elements is made of. Allocation is fast for ordinary alignments only, so there is more of it than
/// asked for and the elements begin within it.
@usableFromInline typealias TensorGranule = UInt64

/// Shape and type of a tensor, and where its elements lie.
@safe @usableFromInline struct TensorHeader {
  @usableFromInline let shape: Shape
  @usableFromInline let type: DataType
  @usableFromInline let base: UnsafeRawPointer?
  @usableFromInline let byteCount: Int
  /// What keeps the elements alive; nil where they lie behind the header.
  @usableFromInline let owner: AnyObject?
}

extension TensorHeader {
  private static let alignment = 64

  /// The description of a tensor whose elements are `bytes`.
  static func storage(_ shape: Shape, type: DataType, bytes: Bytes) -> TensorStorage {
    TensorStorage.create(minimumCapacity: 0) { _ in
      unsafe TensorHeader(shape: shape, type: type, base: bytes.base, byteCount: bytes.count, owner: bytes.owner)
    }
  }

  /// The description of a tensor with memory for its elements: aligned to a cache line, not cleared.
  @usableFromInline static func storage(_ shape: Shape, type: DataType, byteCount: Int) -> TensorStorage {
    let granules = (byteCount + alignment - 1) / MemoryLayout<TensorGranule>.stride + 1
    return TensorStorage.create(minimumCapacity: granules) { buffer in
      let start = unsafe buffer.withUnsafeMutablePointerToElements { UnsafeRawPointer($0) }
      return unsafe TensorHeader(
        shape: shape, type: type, base: start.alignedUp(toMultipleOf: alignment), byteCount: byteCount, owner: nil)
    }
  }
}

extension TensorStorage {
  /// Where the header is, which nothing changes: so that reading it is not checked for changes at the same time.
  @unsafe @inlinable var description: UnsafePointer<TensorHeader> {
    unsafe withUnsafeMutablePointerToHeader { unsafe UnsafePointer($0) }
  }
}
