/// Memory for packed weights and intermediate results: aligned to a cache line, freed with its last reference.
@safe final class AlignedMemory: @unchecked Sendable {
  // Safe to share: whoever makes it fills it before anyone else sees it, or hands out disjoint parts of it.
  let bytes: UnsafeMutableRawBufferPointer

  /// Reserves `byteCount` bytes and clears none of them.
  init(byteCount: Int) {
    unsafe bytes = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  deinit { unsafe bytes.deallocate() }

  var byteCount: Int { unsafe bytes.count }

  /// The address of the first byte.
  @unsafe var address: UnsafeMutableRawPointer { unsafe bytes.baseAddress! }

  /// The address of the first element of a type that fits the alignment.
  @unsafe func elements<Element: BitwiseCopyable>(of: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    unsafe address.assumingMemoryBound(to: Element.self)
  }
}

// A span neither owns nor moves its elements: their address is good for as long as the span is. Kernels take many
// spans at once, for which nested closures would be one level of indentation each.

extension Span where Element: BitwiseCopyable {
  /// The address of the first element, for use while the span lives.
  @unsafe var address: UnsafePointer<Element>? {
    unsafe withUnsafeBufferPointer { $0.baseAddress }
  }
}

extension MutableSpan where Element: BitwiseCopyable {
  /// The address of the first element, for use while the span lives.
  @unsafe var mutableAddress: UnsafeMutablePointer<Element>? {
    mutating get { unsafe withUnsafeMutableBufferPointer { $0.baseAddress } }
  }
}

/// `count` divided by `size`, rounded up.
func parts(of count: Int, size: Int) -> Int { (count + size - 1) / size }

/// The elements that `rows` rows of `length` elements span, one every `stride`; 0 where there are none.
func extent(rows: Int, stride: Int, length: Int) -> Int {
  rows > 0 && length > 0 ? (rows - 1) * stride + length : 0
}
