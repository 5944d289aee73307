extension MutableSpan where Element: BitwiseCopyable {
  /// Copies all of `source` to the elements from `offset` on.
  @inlinable
  public mutating func copy(_ source: Span<Element>, at offset: Int = 0) {
    precondition(
      offset >= 0 && source.count <= count - offset, "\(source.count) elements at \(offset) of \(count)")
    unsafe source.withUnsafeBytes { source in
      unsafe withUnsafeMutableBytes { target in
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: target[(offset * MemoryLayout<Element>.stride)...])
        unsafe part.copyMemory(from: source)
      }
    }
  }
}
