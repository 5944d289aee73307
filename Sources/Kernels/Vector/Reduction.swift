internal import CKernels

/// What an axis of numbers is reduced to. Sums and products are taken in float64 and rounded once.
public enum Reduction: Sendable, Hashable, CaseIterable {
  case sum, mean
  /// NaN if any number is.
  case minimum
  /// NaN if any number is.
  case maximum
  case product, sumOfSquares, sumOfAbsolute

  fileprivate var identifier: ck_reduction {
    switch self {
    case .sum: CK_REDUCE_SUM
    case .mean: CK_REDUCE_MEAN
    case .minimum: CK_REDUCE_MINIMUM
    case .maximum: CK_REDUCE_MAXIMUM
    case .product: CK_REDUCE_PRODUCT
    case .sumOfSquares: CK_REDUCE_SUM_OF_SQUARES
    case .sumOfAbsolute: CK_REDUCE_SUM_OF_ABSOLUTE
    }
  }
}

/// Kernels that reduce one axis. Results depend neither on the tier nor on the number of threads.
extension Compute {
  /// output[outer][inner] = reduction over the middle axis of input[outer][count][inner].
  ///
  /// Of no numbers: 0; 1 for the product, an infinity for minimum and maximum, NaN for the mean.
  public func reduce(
    _ reduction: Reduction, _ input: Span<Float>, outer: Int, count: Int, inner: Int,
    into output: inout MutableSpan<Float>
  ) {
    precondition(input.count == outer * count * inner, "\(input.count) elements of [\(outer), \(count), \(inner)]")
    precondition(output.count == outer * inner, "\(output.count) elements of [\(outer), \(inner)]")
    let identifier = reduction.identifier
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        nonisolated(unsafe) let bases = (input.baseAddress, output.baseAddress)
        guard unsafe bases.1 != nil else { return }
        forEachRowChunk(of: outer, elements: max(count, 1) * inner) { rows in
          let source = unsafe bases.0.map { unsafe $0 + rows.lowerBound * count * inner }
          unsafe ck_reduce(
            tier.identifier, identifier, source, bases.1! + rows.lowerBound * inner, rows.count, count, inner)
        }
      }
    }
  }

  /// output[outer][inner] = the index of the largest number along the middle axis of input[outer][count][inner], of
  /// equal ones the first, or the last where `selectsLast`. NaN counts as larger than every number. `count` ≥ 1.
  public func indexOfMaximum(
    _ input: Span<Float>, outer: Int, count: Int, inner: Int, selectsLast: Bool = false,
    into output: inout MutableSpan<Int64>
  ) {
    indexOfExtreme(input, outer, count, inner, isSmallest: false, selectsLast, into: &output)
  }

  /// The same for the smallest number. NaN counts as smaller than every number.
  public func indexOfMinimum(
    _ input: Span<Float>, outer: Int, count: Int, inner: Int, selectsLast: Bool = false,
    into output: inout MutableSpan<Int64>
  ) {
    indexOfExtreme(input, outer, count, inner, isSmallest: true, selectsLast, into: &output)
  }

  private func indexOfExtreme(
    _ input: Span<Float>, _ outer: Int, _ count: Int, _ inner: Int, isSmallest: Bool, _ selectsLast: Bool,
    into output: inout MutableSpan<Int64>
  ) {
    precondition(count > 0, "the extreme of no numbers")
    precondition(input.count == outer * count * inner, "\(input.count) elements of [\(outer), \(count), \(inner)]")
    precondition(output.count == outer * inner, "\(output.count) elements of [\(outer), \(inner)]")
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        nonisolated(unsafe) let bases = (input.baseAddress, output.baseAddress)
        guard unsafe bases.1 != nil else { return }
        forEachRowChunk(of: outer, elements: count * inner) { rows in
          unsafe ck_arg_extreme(
            tier.identifier, bases.0! + rows.lowerBound * count * inner, bases.1! + rows.lowerBound * inner,
            rows.count, count, inner, isSmallest ? 1 : 0, selectsLast ? 1 : 0)
        }
      }
    }
  }

  /// The first index from `start` on whose number is larger, or where `isSmaller` smaller, than `limit`, or is not
  /// comparable with it because one of the two is NaN; `numbers.count` where there is none. `Element` is Float.
  public func firstIndex<Element: BitwiseCopyable>(
    beyond limit: Element, in numbers: Span<Element>, from start: Int, isSmaller: Bool
  ) -> Int {
    precondition(Element.self == Float.self, "a search among elements of \(Element.self)")
    precondition(start >= 0 && start <= numbers.count, "a search from \(start) in \(numbers.count) numbers")
    let limit = unsafe unsafeBitCast(limit, to: Float.self)
    return unsafe numbers.withUnsafeBytes { bytes in
      guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return 0 }
      return unsafe ck_next_beyond(tier.identifier, base, start, bytes.count / 4, limit, isSmaller ? 1 : 0)
    }
  }

  /// The smallest and the largest number of an array and `range`. NaN is left out.
  public func extent(of input: Span<Float>, including range: ClosedRange<Float>) -> ClosedRange<Float> {
    let start = ck_extent(smallest: range.lowerBound, largest: range.upperBound)
    let extents = unsafe input.withUnsafeBufferPointer { input in
      nonisolated(unsafe) let base = input.baseAddress
      return mapChunks(of: input.count) { part in
        unsafe ck_widen_extent(tier.identifier, start, base! + part.lowerBound, part.count)
      }
    }
    return extents.reduce(range) { min($0.lowerBound, $1.smallest)...max($0.upperBound, $1.largest) }
  }

  /// For each row of `columns` numbers: x / Σ |x|, or where `isEuclidean` x / √Σ x²; 0 where that sum is 0. Sums are
  /// taken in float64.
  public func normalizeByNorm(
    _ input: Span<Float>, columns: Int, isEuclidean: Bool, into output: inout MutableSpan<Float>
  ) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    guard output.count > 0 else { return }
    precondition(columns > 0 && input.count % columns == 0, "\(input.count) elements in rows of \(columns)")
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        nonisolated(unsafe) let bases = (input.baseAddress!, output.baseAddress!)
        forEachRowChunk(of: input.count / columns, elements: columns) { rows in
          let start = rows.lowerBound * columns
          unsafe ck_lp_norm(
            tier.identifier, isEuclidean ? 1 : 0, bases.0 + start, bases.1 + start, rows.count, columns)
        }
      }
    }
  }
}
