/// Immutable bytes together with what keeps them alive: a mapped file, a parsed message, memory of our own.
///
/// A slice shares the owner, so weights of a mapped file are never copied to be passed around.
@safe public struct Bytes: @unchecked Sendable {
  // Safe to share: nothing writes through `base` once the value exists, and `owner` outlives it.
  @usableFromInline let base: UnsafeRawPointer?
  @usableFromInline let owner: AnyObject?

  /// The number of bytes.
  public let count: Int

  /// Bytes that `owner` keeps valid, unchanged and in place for as long as it lives.
  @unsafe @inlinable public init(unsafeStart base: UnsafeRawPointer?, count: Int, owner: AnyObject?) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }

  /// No bytes at all.
  public init() { unsafe self.init(unsafeStart: nil, count: 0, owner: nil) }

  /// A copy of `bytes`.
  public init(copying bytes: some Collection<UInt8>) {
    let memory = Memory(byteCount: bytes.count)
    unsafe memory.mutableBytes.copyBytes(from: bytes)
    self = memory.bytes
  }

  /// The bytes, borrowed.
  @inlinable public var span: RawSpan {
    @_lifetime(borrow self) get {
      let span = unsafe RawSpan(_unsafeStart: start, byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The address of the first byte, or some aligned address where there is none.
  @unsafe @inlinable var start: UnsafeRawPointer { unsafe base ?? Self.anyAlignedAddress }

  /// An address for no bytes at all.
  @unsafe @inlinable static var anyAlignedAddress: UnsafeRawPointer { unsafe UnsafeRawPointer(bitPattern: 64)! }

  /// The part `range` of these bytes, with the same owner.
  public func slice(_ range: Range<Int>) -> Bytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice \(range) of \(count) bytes")
    return unsafe Bytes(
      unsafeStart: base.map { unsafe $0 + range.lowerBound }, count: range.count, owner: owner)
  }

  /// Whether the first byte lies at a multiple of `alignment`.
  @inlinable public func isAligned(to alignment: Int) -> Bool {
    unsafe Int(bitPattern: base) % alignment == 0
  }

  /// Whether these bytes and `other` are the same in number and content.
  public func isEqual(to other: Bytes) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { left in
      unsafe other.withUnsafeBytes { right in
        unsafe left.elementsEqual(right)
      }
    }
  }

  /// A copy in fresh memory, aligned for every element type.
  public func copied() -> Bytes {
    let memory = Memory(byteCount: count)
    unsafe copy(to: memory.mutableBytes)
    return memory.bytes
  }

  /// Writes all bytes to `target`, which must hold as many.
  @unsafe @inlinable func copy(to target: UnsafeMutableRawBufferPointer) {
    precondition(target.count == count, "\(count) bytes copied to \(target.count)")
    guard let base = unsafe base, count > 0 else { return }
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: base, count: count))
    extendLifetime(owner)
  }

  /// Calls `body` with the bytes' address, valid during the call only.
  @unsafe public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { extendLifetime(owner) }
    return try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }
}

/// Memory of our own, aligned to a cache line, freed with its last reference.
@safe private struct Memory: @unchecked Sendable {
  let mutableBytes: UnsafeMutableRawBufferPointer
  private let block: ManagedBuffer<Void, Granule>

  /// What the block is made of. Allocation is fast for ordinary alignments only, so the block is larger than asked for
  /// and the bytes begin within it.
  private typealias Granule = UInt64
  private static let alignment = 64

  init(byteCount: Int) {
    let granuleBytes = MemoryLayout<Granule>.stride
    let granules = (byteCount + Self.alignment - 1) / granuleBytes + 1
    block = ManagedBuffer.create(minimumCapacity: granules) { _ in }
    let start = unsafe block.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    unsafe mutableBytes = UnsafeMutableRawBufferPointer(
      start: start.alignedUp(toMultipleOf: Self.alignment), count: byteCount)
  }

  var bytes: Bytes {
    unsafe Bytes(unsafeStart: UnsafeRawPointer(mutableBytes.baseAddress), count: mutableBytes.count, owner: block)
  }
}
