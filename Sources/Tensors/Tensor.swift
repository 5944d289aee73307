/// An immutable dense array: shape, element type and row-major, little-endian bytes.
///
/// Copying a tensor copies a reference. The bytes may lie unaligned in a mapped file: call `aligned()` before
/// reading elements of more than one byte from a tensor that came from a file.
@safe public struct Tensor: @unchecked Sendable {
  // Safe to share: nothing writes to the elements once the tensor exists, but for whoever is known to have it alone.
  @usableFromInline private(set) var storage: TensorStorage

  @inlinable public var shape: Shape { unsafe storage.description.pointee.shape }
  @inlinable public var type: DataType { unsafe storage.description.pointee.type }

  /// The elements as bytes, which keep alive what they lie in.
  @inlinable public var bytes: Bytes {
    let header = unsafe storage.description.pointee
    return unsafe Bytes(unsafeStart: header.base, count: header.byteCount, owner: header.owner ?? storage)
  }

  /// Makes a tensor of existing bytes; nil where their number does not fit shape and type.
  public init?(_ shape: Shape, type: DataType, bytes: Bytes) {
    guard type.byteCount(elements: shape.count) == bytes.count else { return nil }
    self.init(unchecked: shape, type: type, bytes: bytes)
  }

  /// Makes a tensor whose elements `initialize` writes. The memory is not cleared: every element must be written.
  @inlinable public init<Element: TensorElement, Failure: Error>(
    _ shape: Shape, of: Element.Type = Element.self,
    initializingWith initialize: (inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    var builder = TensorBuilder<Element>(shape)
    var span = builder.span
    try initialize(&span)
    self = builder.finish()
  }

  /// The same in the memory of `spent` where that is given and has this shape and type. Its `isSole` must have been true, and
  /// nothing but `initialize` may read it from now on.
  @inlinable public init<Element: TensorElement, Failure: Error>(
    _ shape: Shape, of: Element.Type = Element.self, overwriting spent: Tensor?,
    initializingWith initialize: (inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    guard let spent, spent.shape == shape, spent.type == Element.dataType else {
      self = try Tensor(shape, of: Element.self, initializingWith: initialize)
      return
    }
    var builder = TensorBuilder<Element>(overwriting: spent)
    var span = builder.span
    try initialize(&span)
    self = builder.finish()
  }

  /// Whether nobody else has this tensor or any other with its elements, so that who has it may overwrite them.
  public var isSole: Bool {
    mutating get { unsafe storage.description.pointee.owner == nil && isKnownUniquelyReferenced(&storage) }
  }

  /// Makes a tensor of the given elements in row-major order.
  @inlinable public init<Element: TensorElement>(_ shape: Shape, _ elements: [Element]) {
    precondition(elements.count == shape.count, "\(elements.count) elements for shape \(shape)")
    self.init(shape, of: Element.self) { span in
      for index in elements.indices { span[index] = elements[index] }
    }
  }

  /// Makes a tensor of rank 0.
  @inlinable public init<Element: TensorElement>(scalar value: Element) { self.init(.scalar, [value]) }

  /// Makes a tensor in which every element is `value`.
  @inlinable public init<Element: TensorElement>(_ shape: Shape, repeating value: Element) {
    self.init(shape, of: Element.self) { span in
      for index in span.indices { span[index] = value }
    }
  }

  /// The number of elements.
  @inlinable public var count: Int { shape.count }

  /// Whether elements can be read in place.
  @inlinable public var isAligned: Bool { isAligned(to: min(type.byteWidth ?? 1, 8)) }

  /// This tensor with its bytes aligned, copied where need be.
  public func aligned() -> Tensor {
    isAligned ? self : Tensor(unchecked: shape, type: type, bytes: bytes.copied())
  }

  /// The same elements under another shape of the same count.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "reshape of \(self.shape) to \(shape)")
    return Tensor(unchecked: shape, type: type, bytes: bytes)
  }

  /// The same bytes under another element type of the same width.
  public func reinterpreted(as type: DataType) -> Tensor {
    precondition(type.bitWidth == self.type.bitWidth, "reinterpretation of \(self.type) as \(type)")
    return Tensor(unchecked: shape, type: type, bytes: bytes)
  }

  private init(unchecked shape: Shape, type: DataType, bytes: Bytes) {
    self.init(TensorHeader.storage(shape, type: type, bytes: bytes))
  }

  @usableFromInline init(_ storage: TensorStorage) { self.storage = storage }

  @inlinable func isAligned(to alignment: Int) -> Bool {
    unsafe Int(bitPattern: storage.description.pointee.base) % alignment == 0
  }

  /// The elements, borrowed. `Element` must be the tensor's type and the bytes aligned.
  @inlinable @_lifetime(borrow self)
  public func span<Element: TensorElement>(of: Element.Type = Element.self) -> Span<Element> {
    precondition(Element.dataType == type, "a tensor of \(type) read as \(Element.dataType)")
    return bits(as: Element.self)
  }

  /// The elements as raw bit patterns of any type of the same width, for operators that only move data.
  @inlinable @_lifetime(borrow self)
  public func bits<Element: BitwiseCopyable>(as: Element.Type = Element.self) -> Span<Element> {
    precondition(MemoryLayout<Element>.size * 8 == type.bitWidth, "\(type) read as \(Element.self)")
    precondition(isAligned(to: MemoryLayout<Element>.alignment), "unaligned tensor read in place")
    let start = unsafe storage.description.pointee.base ?? Bytes.anyAlignedAddress
    let span = unsafe Span<Element>(_unsafeStart: start.assumingMemoryBound(to: Element.self), count: count)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The elements, copied into an array. Bytes need not be aligned.
  @inlinable public func array<Element: TensorElement>(of: Element.Type = Element.self) -> [Element] {
    precondition(Element.dataType == type, "a tensor of \(type) read as \(Element.dataType)")
    return unsafe [Element](unsafeUninitializedCapacity: count) { elements, initializedCount in
      unsafe bytes.copy(to: UnsafeMutableRawBufferPointer(elements))
      initializedCount = count
    }
  }
}

extension Tensor? {
  /// The elements, borrowed, as `Tensor.span` has them; nil where there is no tensor.
  @inlinable @_lifetime(borrow self)
  public func span<Element: TensorElement>(of: Element.Type = Element.self) -> Span<Element>? {
    switch self {
    case nil: return nil
    case let tensor?: return unsafe _overrideLifetime(tensor.span(of: Element.self), borrowing: self)
    }
  }
}

/// The memory of a tensor in the making: one owner writes it, then `finish()` freezes it.
@safe public struct TensorBuilder<Element: TensorElement>: ~Copyable {
  public let shape: Shape
  @usableFromInline let storage: TensorStorage

  /// Reserves memory for `shape`. It is not cleared: every element must be written before `finish()`.
  @inlinable public init(_ shape: Shape) {
    self.shape = shape
    storage = TensorHeader.storage(
      shape, type: Element.dataType, byteCount: shape.count * MemoryLayout<Element>.stride)
  }

  /// Takes the memory of a tensor that nobody reads any more.
  @inlinable init(overwriting tensor: Tensor) {
    shape = tensor.shape
    storage = tensor.storage
  }

  /// The elements to write, in row-major order.
  @inlinable public var span: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      let start = unsafe UnsafeMutableRawPointer(mutating: storage.description.pointee.base!)
      let span = unsafe MutableSpan<Element>(
        _unsafeStart: start.assumingMemoryBound(to: Element.self), count: shape.count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// The finished, immutable tensor.
  @inlinable public consuming func finish() -> Tensor { Tensor(storage) }
}
