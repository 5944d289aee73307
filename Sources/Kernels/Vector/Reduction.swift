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
            bases.0! + rows.lowerBound * count * inner, bases.1! + rows.lowerBound * inner, rows.count, count, inner,
            isSmallest ? 1 : 0, selectsLast ? 1 : 0)
        }
      }
    }
  }
}
