internal import CKernels

extension Compute {
  /// Writes the product of quantized activations with quantized weights to `c`. Every tier gives the same bits.
  ///
  /// - Parameters:
  ///   - a: `rows` rows of `b.rows` activations.
  ///   - aStride: Activations from one row to the next.
  ///   - zeroPoint: The zero point of the activations.
  ///   - epilogue: What becomes of the sums.
  ///   - addend: Added to results of type Float before they are limited; laid out like `c`.
  ///   - c: `rows` rows of `b.columns` results; what lies between rows is not touched.
  ///   - cStride: Results from one row to the next; at least `b.columns`.
  @specialized(where Byte == UInt8, Output == UInt8)
  @specialized(where Byte == UInt8, Output == Float)
  @specialized(where Byte == UInt8, Output == Int32)
  @specialized(where Byte == Int8, Output == Int8)
  @specialized(where Byte == Int8, Output == Float)
  @specialized(where Byte == Int8, Output == Int32)
  public func gemmInt8<Byte: QuantizedByte, Output>(
    _ a: Span<Byte>, rows: Int, stride aStride: Int, zeroPoint: Int32, by b: PackedInt8Matrix,
    epilogue: Int8Epilogue<Output>, addend: Span<Float>? = nil, into c: inout MutableSpan<Output>, stride cStride: Int
  ) {
    checkRows(a.count, rows: rows, stride: aStride, length: b.rows, "left operand")
    checkRows(c.count, rows: rows, stride: cStride, length: b.columns, "product")
    precondition(cStride >= b.columns || rows <= 1, "rows of \(b.columns) columns \(cStride) apart")
    if let addend {
      precondition(Output.self == Float.self, "real numbers added to integers")
      checkRows(addend.count, rows: rows, stride: cStride, length: b.columns, "addend")
    }
    guard rows > 0, b.columns > 0 else { return }
    unsafe productInt8(
      UnsafeRawPointer(a.address)?.assumingMemoryBound(to: UInt8.self), flip: Byte.unsignedFlip, rows: rows,
      stride: aStride, zeroPoint: Byte.unsignedZeroPoint(zeroPoint), by: b.bytes, epilogue: epilogue,
      addend: addend?.address, into: c.mutableAddress!, stride: cStride)
  }

  /// The product of operands that are known to lie within their memory; `zeroPoint` is that of unsigned activations.
  @unsafe func productInt8<Output>(
    _ a: UnsafePointer<UInt8>?, flip: UInt8, rows: Int, stride aStride: Int, zeroPoint: Int32, by b: PackedBytes,
    epilogue: Int8Epilogue<Output>, addend: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Output>,
    stride cStride: Int
  ) {
    var oneRun = 0
    unsafe withUnsafePointer(to: &oneRun) { run in
      unsafe b.columnSums.withUnsafeBufferPointer { columnSums in
        unsafe produce(
          epilogue, of: b, zeroPoint: zeroPoint, rows: rows, addend: addend, into: c, stride: cStride
        ) { output in
          var gemm = unsafe ck_gemm_u8s8()
          unsafe gemm.a = a ?? UnsafePointer(b.memory.elements())
          unsafe gemm.a_stride = aStride
          unsafe gemm.runs = run
          unsafe gemm.run_count = 1
          unsafe gemm.run_length = b.depth
          unsafe gemm.a_flip = flip
          unsafe gemm.panels = UnsafePointer(b.memory.elements())
          unsafe gemm.column_sums = columnSums.baseAddress
          unsafe gemm.rows = rows
          unsafe gemm.columns = b.packedColumns
          unsafe gemm.output = output
          unsafe runProduct(gemm)
        }
      }
    }
  }

  @unsafe private func runProduct(_ gemm: ck_gemm_u8s8) {
    nonisolated(unsafe) let family = unsafe ck_gemm_u8s8_for(tier.identifier)!
    nonisolated(unsafe) let gemm = unsafe gemm
    // A byte product is about a quarter of a float one's work.
    let work = unsafe gemm.rows * gemm.columns * gemm.run_length / 4
    let partition = unsafe GemmPartition(
      rows: gemm.rows, panels: parts(of: gemm.columns, size: PackedPanels.panelColumns),
      tileRows: family.pointee.tile_rows, threads: threads(for: work))
    run(chunks: partition.count, work: work) { chunk in
      unsafe withUnsafePointer(to: gemm) { gemm in
        unsafe ck_gemm_u8s8_run(family, gemm, partition.part(chunk))
      }
    }
  }
}
