extension MutableSpan where Element: BitwiseCopyable {
  /// Copies all elements of `source` to the places from `start` on, which must lie within this span.
  @inlinable public mutating func copy(_ source: Span<Element>, at start: Int = 0) {
    precondition(start >= 0 && start + source.count <= count, "\(source.count) elements at \(start) of \(count)")
    guard !source.isEmpty else { return }
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe source.withUnsafeBufferPointer { source in
        unsafe (target.baseAddress! + start).update(from: source.baseAddress!, count: source.count)
      }
    }
  }
}
