internal import CKernels

/// Kernels on rows: the last axis, or several last axes, of an array. `input.count` is a multiple of `columns`, and
/// `output` has as many elements. Results depend neither on the tier nor on the number of threads.
extension Compute {
  /// For each row exp(x − m) / Σ exp(x − m), m being its largest number. Where exp(x − m) is denormal, it is taken for 0.
  /// A row with NaN becomes NaN.
  public func softmax(_ input: Span<Float>, columns: Int, into output: inout MutableSpan<Float>) {
    unsafe forEachRow(of: input, columns, into: &output, cost: 8) { input, output, rows in
      unsafe ck_softmax(tier.identifier, input, output, rows.count, columns)
    }
  }

  /// For each row (x − m) − ln Σ exp(x − m), m being its largest number. A row with NaN becomes NaN.
  public func logSoftmax(_ input: Span<Float>, columns: Int, into output: inout MutableSpan<Float>) {
    unsafe forEachRow(of: input, columns, into: &output, cost: 8) { input, output, rows in
      unsafe ck_log_softmax(tier.identifier, input, output, rows.count, columns)
    }
  }

  /// For each row x / √(mean of x² + epsilon) · scale (RMS normalization).
  ///
  /// - Parameter scale: one factor per column.
  public func normalizeByRootMeanSquare(
    _ input: Span<Float>, scale: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>
  ) {
    let columns = scale.count
    unsafe scale.withUnsafeBufferPointer { scale in
      nonisolated(unsafe) let scale = scale.baseAddress
      unsafe forEachRow(of: input, columns, into: &output, cost: 2) { input, output, rows in
        unsafe ck_rms_norm(tier.identifier, input, scale, epsilon, output, rows.count, columns)
      }
    }
  }

  /// For each row (x − mean) / √(variance + epsilon) · scale + bias, the variance being the mean of (x − mean)²
  /// (layer normalization).
  ///
  /// - Parameters:
  ///   - scale: one factor per column.
  ///   - bias: one summand per column, or empty for none.
  public func normalizeLayer(
    _ input: Span<Float>, scale: Span<Float>, bias: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>
  ) {
    var means = MutableSpan<Float>()
    var inverseDeviations = MutableSpan<Float>()
    normalizeLayer(
      input, scale: scale, bias: bias, epsilon: epsilon, into: &output, means: &means,
      inverseDeviations: &inverseDeviations)
  }

  /// The same, writing also each row's mean and 1 / √(variance + epsilon), where these spans are not empty.
  public func normalizeLayer(
    _ input: Span<Float>, scale: Span<Float>, bias: Span<Float>, epsilon: Float, into output: inout MutableSpan<Float>,
    means: inout MutableSpan<Float>, inverseDeviations: inout MutableSpan<Float>
  ) {
    let columns = scale.count
    let rows = columns == 0 ? 0 : input.count / columns
    precondition(bias.isEmpty || bias.count == columns, "\(bias.count) biases for \(columns) columns")
    precondition(means.isEmpty || means.count == rows, "\(means.count) means of \(rows) rows")
    precondition(inverseDeviations.isEmpty || inverseDeviations.count == rows, "deviations of \(rows) rows")
    unsafe means.withUnsafeMutableBufferPointer { means in
      unsafe inverseDeviations.withUnsafeMutableBufferPointer { inverseDeviations in
        unsafe scale.withUnsafeBufferPointer { scale in
          unsafe bias.withUnsafeBufferPointer { bias in
            nonisolated(unsafe) let factors = (scale.baseAddress, bias.isEmpty ? nil : bias.baseAddress)
            nonisolated(unsafe) let statistics = (
              means.isEmpty ? nil : means.baseAddress, inverseDeviations.isEmpty ? nil : inverseDeviations.baseAddress
            )
            unsafe forEachRow(of: input, columns, into: &output, cost: 3) { input, output, rows in
              unsafe ck_layer_norm(
                tier.identifier, input, factors.0, factors.1, epsilon, output,
                statistics.0.map { unsafe $0 + rows.lowerBound }, statistics.1.map { unsafe $0 + rows.lowerBound },
                rows.count, columns)
            }
          }
        }
      }
    }
  }

  /// Calls `kernel` for parts of the rows, with the addresses of the first row of each part.
  private func forEachRow(
    of input: Span<Float>, _ columns: Int, into output: inout MutableSpan<Float>, cost: Int,
    _ kernel: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Range<Int>) -> Void
  ) {
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    guard input.count > 0 else { return }
    precondition(columns > 0 && input.count % columns == 0, "\(input.count) elements in rows of \(columns)")
    let rowCount = input.count / columns
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        nonisolated(unsafe) let bases = (input.baseAddress!, output.baseAddress!)
        forEachRowChunk(of: rowCount, elements: columns, cost: cost) { rows in
          unsafe kernel(bases.0 + rows.lowerBound * columns, bases.1 + rows.lowerBound * columns, rows)
        }
      }
    }
  }
}
