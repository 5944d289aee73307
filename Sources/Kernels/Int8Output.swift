internal import CKernels

extension Compute {
  /// Calls `compute` with a place for the sums of an integer product of `rows` rows, and sees to it that `c` gets the
  /// results: at once, or after a second pass where the weights have zero points.
  @unsafe func produce<Output>(
    _ epilogue: Int8Epilogue<Output>, of weights: PackedBytes, zeroPoint: Int32, rows: Int,
    addend: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Output>, stride: Int,
    _ compute: (ck_int8_output) -> Void
  ) {
    let columns = epilogue.columns(for: weights, zeroPoint: zeroPoint)
    unsafe withOutput(epilogue, columns, addend: addend, into: c, stride: stride) { output in
      if let zeroPoints = weights.zeroPoints {
        unsafe finish(output, of: weights, zeroPoints: zeroPoints, rows: rows, compute)
      } else {
        unsafe compute(output)
      }
    }
  }

  /// Calls `body` with the kernels' form of an epilogue, valid during the call.
  @unsafe func withOutput<Output>(
    _ epilogue: Int8Epilogue<Output>, _ columns: Int8Columns, addend: UnsafePointer<Float>? = nil,
    into c: UnsafeMutablePointer<Output>, stride: Int, _ body: (ck_int8_output) -> Void
  ) {
    var output = unsafe columns.output
    unsafe output.addend = addend
    unsafe output.elements = UnsafeMutableRawPointer(c)
    unsafe output.stride = stride
    unsafe epilogue.activation.withFunction(tier: tier) { function in
      unsafe epilogue.withQuantization(tier: tier) { quantization in
        unsafe output.function = function
        unsafe output.quantization = quantization
        unsafe body(output)
      }
    }
    extendLifetime(columns)
  }

  /// Has `compute` write raw sums to memory of our own, then finishes them.
  @unsafe private func finish(
    _ output: ck_int8_output, of weights: PackedBytes, zeroPoints: [Int32], rows: Int,
    _ compute: (ck_int8_output) -> Void
  ) {
    let (groups, columns) = (weights.groups, weights.columns)
    let stride = groups * (columns + 1)
    let memory = AlignedMemory(byteCount: rows * stride * MemoryLayout<Int32>.stride)
    var raw = unsafe ck_int8_output()
    unsafe raw.type = CK_OUTPUT_I32
    unsafe raw.elements = memory.address
    unsafe raw.stride = stride
    unsafe compute(raw)

    let hasBytes = unsafe output.type == CK_OUTPUT_U8 || output.type == CK_OUTPUT_S8 || output.quantization != nil
    let outputBytes = hasBytes ? 1 : 4
    let rowsPerChunk = max(parts(of: rows, size: 4 * pool.threads), 1)
    nonisolated(unsafe) let output = unsafe output
    run(chunks: parts(of: rows, size: rowsPerChunk), work: rows * stride) { chunk in
      let first = chunk * rowsPerChunk
      var part = unsafe output
      unsafe part.elements += first * part.stride * outputBytes
      if let addend = unsafe part.addend { unsafe part.addend = addend + first * part.stride }
      unsafe zeroPoints.withUnsafeBufferPointer { zeroPoints in
        unsafe ck_finish_sums(
          memory.elements().advanced(by: first * stride), min(rowsPerChunk, rows - first), groups, columns,
          zeroPoints.baseAddress, &part)
      }
    }
  }
}

extension Int8Epilogue {
  /// Calls `body` with the quantization that follows the activation; with null where there is none.
  @unsafe fileprivate func withQuantization(tier: KernelTier, _ body: (UnsafePointer<ck_quantization>?) -> Void) {
    guard let scale else { return body(nil) }
    let value = ck_quantization(
      tier: tier.identifier, type: integerType(of: Output.self), scale: scale, zero_point: zeroPoint)
    unsafe withUnsafePointer(to: value) { unsafe body($0) }
  }
}
