/// Arrays are worked on in chunks whose bounds depend on the length only, so results never depend on the threads.
let elementsPerChunk = 65_536

extension Compute {
  /// Calls `body` for each chunk of 0 ..< `count`, on the pool where there is enough to do.
  ///
  /// `cost` is what one element costs, in multiply-adds.
  func forEachChunk(of count: Int, cost: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
    let chunks = (count + elementsPerChunk - 1) / elementsPerChunk
    run(chunks: chunks, work: count * cost) { chunk in body(chunkRange(chunk, of: count)) }
  }

  /// Calls `body` for each chunk of 0 ..< `count` and returns the results in the order of the chunks.
  func mapChunks<Result: Sendable>(
    of count: Int, cost: Int = 1, _ body: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    let chunks = (count + elementsPerChunk - 1) / elementsPerChunk
    return unsafe [Result](unsafeUninitializedCapacity: chunks) { buffer, initializedCount in
      nonisolated(unsafe) let results = unsafe buffer
      run(chunks: chunks, work: count * cost) { chunk in
        unsafe results.initializeElement(at: chunk, to: body(chunkRange(chunk, of: count)))
      }
      initializedCount = chunks
    }
  }

  /// Calls `body` for parts of 0 ..< `rows` that hold about a chunk of elements each, `rowCount` to a row.
  func forEachRowChunk(of rows: Int, elements rowCount: Int, cost: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
    guard rows > 0 else { return }
    let rowsPerChunk = max(1, elementsPerChunk / max(rowCount, 1))
    run(chunks: (rows + rowsPerChunk - 1) / rowsPerChunk, work: rows * rowCount * cost) { chunk in
      body(chunk * rowsPerChunk..<min((chunk + 1) * rowsPerChunk, rows))
    }
  }

  /// Calls `kernel` for each chunk of 0 ..< `count` with the addresses of the whole arrays.
  func forEachChunk<Output: BitwiseCopyable>(
    of count: Int, cost: Int = 1, from input: RawSpan, into output: inout MutableSpan<Output>,
    _ kernel: @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Range<Int>) -> Void
  ) {
    guard count > 0 else { return }
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        nonisolated(unsafe) let addresses = (source.baseAddress!, target.baseAddress!)
        forEachChunk(of: count, cost: cost) { range in unsafe kernel(addresses.0, addresses.1, range) }
      }
    }
  }
}

private func chunkRange(_ chunk: Int, of count: Int) -> Range<Int> {
  chunk * elementsPerChunk..<min((chunk + 1) * elementsPerChunk, count)
}
