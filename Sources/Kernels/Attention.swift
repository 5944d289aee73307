internal import CKernels

/// The sizes of scaled dot-product attention: those of one head's matrices, and how many heads there are.
public struct AttentionShape: Sendable, Hashable {
  public var heads: Int
  public var queries: Int
  public var keys: Int
  /// The numbers of a query and of a key.
  public var size: Int
  /// The numbers of a value.
  public var valueSize: Int

  public init(heads: Int, queries: Int, keys: Int, size: Int, valueSize: Int) {
    self.heads = heads
    self.queries = queries
    self.keys = keys
    self.size = size
    self.valueSize = valueSize
  }

  /// Multiply-adds of both products.
  var work: Int { heads * queries * keys * (size + valueSize) }
}

/// Matrices of a batch and the numbers they are of.
public struct MatricesOfBatch: ~Escapable {
  let numbers: Span<Float>
  let batch: MatrixBatch

  @_lifetime(copy numbers)
  public init(_ numbers: Span<Float>, _ batch: MatrixBatch) {
    self.numbers = numbers
    self.batch = batch
  }
}

extension Compute {
  /// Whether `attention` is made for heads of this shape: keys and values stay in a core's cache while all queries of
  /// the head meet them, and there are heads enough for all threads.
  public func suitsWholeHeads(_ shape: AttentionShape) -> Bool {
    let isShort = max(shape.size, shape.valueSize) * shape.keys <= Self.mostNumbersOfKeys
    return isShort && (pool.threads == 1 || shape.heads >= 2 * pool.threads)
  }

  /// Keys of a head, or values, in the memory of `attention`: half an L1 cache.
  private static let mostNumbersOfKeys = 8_192

  /// Writes softmax(scale · Q · K + mask) · V for each head.
  ///
  /// Every score and every number of the result is one chain of multiply-adds; the softmax is that of `softmax`. So the
  /// results are those of `batchedGemm` and `softmax` to the bit.
  ///
  /// - Parameters:
  ///   - query: Matrices of `queries` × `size` numbers.
  ///   - key: Matrices of `keys` × `size` numbers where `transposed`, or else of `size` × `keys`.
  ///   - value: Matrices of `keys` × `valueSize` numbers.
  ///   - mask: The numbers of `maskBatch`, matrices of `queries` × `keys` that are added to the scores, or nil for none.
  ///     A row stride of 0 is one row for all queries.
  ///   - output: Matrices of `queries` × `valueSize` numbers, none overlapping another. What lies between rows is not
  ///     touched.
  public func attention(
    _ shape: AttentionShape, scale: Float, query: MatricesOfBatch, key: MatricesOfBatch, transposed: Bool,
    value: MatricesOfBatch, mask: Span<Float>, _ maskBatch: MatrixBatch?, into output: inout MutableSpan<Float>,
    _ outputBatch: MatrixBatch
  ) {
    query.check(shape.heads, rows: shape.queries, columns: shape.size, "queries")
    key.check(
      shape.heads, rows: transposed ? shape.keys : shape.size, columns: transposed ? shape.size : shape.keys, "keys")
    value.check(shape.heads, rows: shape.keys, columns: shape.valueSize, "values")
    maskBatch?.check(mask.count, batch: shape.heads, rows: shape.queries, length: shape.keys, "mask")
    outputBatch.check(
      output.count, batch: shape.heads, rows: shape.queries, length: shape.valueSize, "result")
    precondition(shape.queries > 0 && shape.keys > 0 && shape.size > 0 && shape.valueSize > 0, "attention to nothing")

    let keyStride = key.batch.rowStride
    let job = unsafe AttentionJob(
      shape: shape, scale: scale, query: query.numbers.address, key: key.numbers.address,
      value: value.numbers.address, mask: mask.address, output: output.mutableAddress!,
      queryBatch: query.batch, keyBatch: key.batch, valueBatch: value.batch, maskBatch: maskBatch,
      outputBatch: outputBatch,
      keyOrder: WeightOrder(
        rows: (0..<shape.size).map { transposed ? $0 : $0 * keyStride }, columnStride: transposed ? keyStride : 1,
        columns: shape.keys),
      valueOrder: WeightOrder(
        rows: (0..<shape.keys).map { $0 * value.batch.rowStride }, columnStride: 1, columns: shape.valueSize),
      tier: tier.identifier)
    let headsPerChunk = pool.threads == 1 ? shape.heads : parts(of: shape.heads, size: 4 * pool.threads)
    run(chunks: parts(of: shape.heads, size: headsPerChunk), work: shape.work) { chunk in
      job.run(chunk * headsPerChunk..<min((chunk + 1) * headsPerChunk, shape.heads))
    }
  }
}

extension MatricesOfBatch {
  fileprivate func check(_ heads: Int, rows: Int, columns: Int, _ what: String) {
    batch.check(numbers.count, batch: heads, rows: rows, length: columns, what)
  }
}

/// The operands of attention. Only used while the caller's spans live.
@safe private struct AttentionJob: @unchecked Sendable {
  let shape: AttentionShape
  let scale: Float
  let query: UnsafePointer<Float>?
  let key: UnsafePointer<Float>?
  let value: UnsafePointer<Float>?
  let mask: UnsafePointer<Float>?
  let output: UnsafeMutablePointer<Float>
  let queryBatch: MatrixBatch
  let keyBatch: MatrixBatch
  let valueBatch: MatrixBatch
  let maskBatch: MatrixBatch?
  let outputBatch: MatrixBatch
  let keyOrder: WeightOrder
  let valueOrder: WeightOrder
  let tier: ck_tier

  /// Computes some heads, one after the other in the same memory.
  func run(_ heads: Range<Int>) {
    unsafe keyOrder.withLayout { keyLayout in
      unsafe valueOrder.withLayout { valueLayout in
        var attention = unsafe ck_attention()
        unsafe attention.queries = shape.queries
        unsafe attention.query_stride = queryBatch.rowStride
        unsafe attention.key_layout = keyLayout
        unsafe attention.value_layout = valueLayout
        unsafe attention.scale = scale
        unsafe attention.mask_stride = maskBatch?.rowStride ?? 0
        unsafe attention.output_stride = outputBatch.rowStride
        let memory = unsafe AlignedMemory(byteCount: ck_attention_memory(&attention) * MemoryLayout<Float>.stride)
        unsafe attention.memory = memory.elements()
        for head in heads {
          unsafe attention.query = query! + queryBatch.offsets[head]
          unsafe attention.key = key! + keyBatch.offsets[head]
          unsafe attention.value = value! + valueBatch.offsets[head]
          unsafe attention.mask = maskBatch.map { unsafe mask! + $0.offsets[head] }
          unsafe attention.output = output + outputBatch.offsets[head]
          unsafe ck_attend(tier, &attention)
        }
      }
    }
  }
}
