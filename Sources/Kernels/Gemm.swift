internal import CKernels

extension Compute {
  /// Writes `activation(a · b + bias + residual)` to `c`.
  ///
  /// Sums are float32, each one chain of multiply-adds in the order of b's rows, so a row's result does not depend on the
  /// other rows. NaN and infinity propagate as IEEE 754 has it.
  ///
  /// - Parameters:
  ///   - a: `rows` rows of `b.rows` elements.
  ///   - aStride: Elements from one row of `a` to the next; at least `b.rows`, or 0 to use one row again and again.
  ///   - bias: One value for each column.
  ///   - residual: What is added before the activation, laid out as `c`.
  ///   - rounding: The type to whose numbers the elements of `a` are rounded first, as `round` does it.
  ///   - c: `rows` rows of `b.columns` elements; what lies between rows is not touched.
  ///   - cStride: Elements from one row of `c` to the next; at least `b.columns`.
  public func gemm(
    _ a: Span<Float>, rows: Int, stride aStride: Int, by b: PackedMatrix, bias: Span<Float>? = nil,
    activation: Activation = .none, residual: Span<Float>? = nil, rounding: HalfType? = nil,
    into c: inout MutableSpan<Float>, stride cStride: Int
  ) {
    product(
      a, rows: rows, aStride: aStride, panels: b.panels, bias: bias, activation: activation, residual: residual,
      rounding: rounding, into: &c, cStride: cStride)
  }

  /// The same product with 16-bit weights.
  public func gemm(
    _ a: Span<Float>, rows: Int, stride aStride: Int, by b: PackedHalfMatrix, bias: Span<Float>? = nil,
    activation: Activation = .none, residual: Span<Float>? = nil, rounding: HalfType? = nil,
    into c: inout MutableSpan<Float>, stride cStride: Int
  ) {
    product(
      a, rows: rows, aStride: aStride, panels: b.panels, bias: bias, activation: activation, residual: residual,
      rounding: rounding, into: &c, cStride: cStride)
  }

  private func product(
    _ a: Span<Float>, rows: Int, aStride: Int, panels: PackedPanels, bias: Span<Float>?,
    activation: Activation, residual: Span<Float>?, rounding: HalfType?, into c: inout MutableSpan<Float>, cStride: Int
  ) {
    let columns = panels.columns
    checkRows(a.count, rows: rows, stride: aStride, length: panels.depth, "left operand")
    checkRows(c.count, rows: rows, stride: cStride, length: columns, "product")
    precondition(cStride >= columns || rows <= 1, "rows of \(columns) columns \(cStride) apart")
    if let bias { precondition(bias.count == columns, "\(bias.count) biases for \(columns) columns") }
    if let residual { precondition(residual.count >= c.count, "residual shorter than the product") }
    guard rows > 0, columns > 0 else { return }

    var oneRun = 0
    unsafe withUnsafePointer(to: &oneRun) { run in
      var gemm = unsafe ck_gemm_f32(limits: activation.limits)
      unsafe gemm.a = a.address ?? UnsafePointer(panels.memory.elements())
      unsafe gemm.a_stride = aStride
      unsafe gemm.runs = run
      unsafe gemm.run_count = 1
      unsafe gemm.run_length = panels.depth
      unsafe gemm.panel_rows = panels.depth
      unsafe gemm.panels = UnsafeRawPointer(panels.memory.address)
      unsafe gemm.weight_type = panels.type
      unsafe gemm.rows = rows
      unsafe gemm.columns = columns
      unsafe gemm.c = c.mutableAddress
      unsafe gemm.c_stride = cStride
      unsafe gemm.bias = bias?.address
      unsafe gemm.residual = residual?.address
      unsafe gemm.round = rounding?.kernel
      unsafe gemm.rounding_tier = tier.identifier
      unsafe activation.withFunction(tier: tier) { function in
        unsafe gemm.function = function
        unsafe runProduct(gemm, isVector: panels.isVector)
      }
    }
  }
}

extension ck_gemm_f32 {
  /// A product with nothing but its limits set.
  @unsafe init(limits: ClosedRange<Float>) {
    unsafe self.init()
    unsafe scale = 1
    unsafe minimum = limits.lowerBound
    unsafe maximum = limits.upperBound
  }
}

func checkRows(_ count: Int, rows: Int, stride: Int, length: Int, _ what: String) {
  precondition(rows >= 0 && stride >= 0, "\(rows) rows \(stride) apart")
  let needed = extent(rows: rows, stride: stride, length: length)
  precondition(count >= needed, "\(what) of \(count) elements where \(needed) are needed")
}
