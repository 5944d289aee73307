internal import CKernels
internal import Tensors

/// A function of two float32 numbers.
public enum BinaryFunction: Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide
  /// NaN if either number is.
  case minimum
  /// NaN if either number is.
  case maximum
  /// By the C library, which need not give the same bits everywhere.
  case power

  var identifier: ck_binary {
    switch self {
    case .add: CK_ADDITION
    case .subtract: CK_SUBTRACTION
    case .multiply: CK_MULTIPLICATION
    case .divide: CK_DIVISION
    case .minimum: CK_MINIMUM
    case .maximum: CK_MAXIMUM
    case .power: CK_POWER
    }
  }
}

/// Scale and zero point of a whole 8-bit tensor: real = (q − zeroPoint) · scale.
public struct TensorScale: Sendable, Hashable {
  public var scale: Float
  public var zeroPoint: Int32

  public init(_ scale: Float, zeroPoint: Int32) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  var linear: ck_linear { ck_linear(scale: scale, zero_point: zeroPoint) }
}

/// Functions of two operands. Values depend on the numbers only: not on their place, the tier or the threads.
extension Compute {
  /// output = function(a, b) for equally long arrays, or where one of them is a single number.
  public func combine(
    _ function: BinaryFunction, _ a: Span<Float>, _ b: Span<Float>, into output: inout MutableSpan<Float>
  ) {
    combine(function, a, b, broadcast(a.count, b.count), into: &output)
  }

  /// output = function(a, b) where a and b meet as `broadcast` says and output has its shape.
  public func combine(
    _ function: BinaryFunction, _ a: Span<Float>, _ b: Span<Float>, _ broadcast: Broadcast,
    into output: inout MutableSpan<Float>
  ) {
    let identifier = function.identifier
    unsafe combine(a, b, broadcast, into: &output, cost: function == .power ? 20 : 1) { a, b, output, rows, columns in
      unsafe ck_combine(
        tier.identifier, identifier, a, b, output.assumingMemoryBound(to: Float.self), rows, columns)
    }
  }

  /// a = function(a, b) for equally long arrays, or where b is a single number.
  public func combine(_ function: BinaryFunction, inPlace a: inout MutableSpan<Float>, _ b: Span<Float>) {
    let count = a.count
    precondition(b.count == count || b.count == 1, "\(b.count) elements combined into \(count)")
    let stride = b.count == 1 ? 0 : 1
    unsafe a.withUnsafeMutableBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        nonisolated(unsafe) let bases = (a.baseAddress, b.baseAddress)
        forEachChunk(of: count, cost: function == .power ? 20 : 1) { range in
          let target = unsafe bases.0! + range.lowerBound
          unsafe ck_combine(
            tier.identifier, function.identifier,
            ck_operand(start: target, row_stride: 0, column_stride: 1),
            ck_operand(start: bases.1! + range.lowerBound * stride, row_stride: 0, column_stride: stride),
            target, 1, range.count)
        }
      }
    }
  }

  /// The function of 8-bit tensors: q = saturate(roundHalfEven(real / scale) + zeroPoint), where real is the function
  /// of the operands' real numbers; every step in float32 (QLinearAdd, QLinearMul of com.microsoft).
  ///
  /// `Element` is `UInt8` or `Int8`.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func combine<Element: QuantizedElement>(
    _ function: BinaryFunction, _ a: Span<Element>, _ aScale: TensorScale, _ b: Span<Element>, _ bScale: TensorScale,
    _ broadcast: Broadcast, into output: inout MutableSpan<Element>, _ outputScale: TensorScale
  ) {
    precondition(MemoryLayout<Element>.size == 1, "quantized arithmetic on \(Element.self)")
    let type = integerType(of: Element.self)
    let identifier = function.identifier
    unsafe combine(a, b, broadcast, into: &output, cost: function == .power ? 20 : 4) { a, b, output, rows, columns in
      unsafe ck_combine_quantized(
        tier.identifier, identifier, type, a, aScale.linear, b, bScale.linear, output, outputScale.linear, rows, columns
      )
    }
  }

  private func broadcast(_ first: Int, _ second: Int) -> Broadcast {
    guard let broadcast = Broadcast([first], [second]) else {
      preconditionFailure("\(first) elements combined with \(second)")
    }
    return broadcast
  }

  private typealias RowsKernel = @Sendable (ck_operand, ck_operand, UnsafeMutableRawPointer, Int, Int) -> Void

  /// Cuts a broadcast into matrices of rows and calls `kernel` for each.
  private func combine<Element: BitwiseCopyable>(
    _ a: Span<Element>, _ b: Span<Element>, _ broadcast: Broadcast, into output: inout MutableSpan<Element>,
    cost: Int, with kernel: RowsKernel
  ) {
    precondition(a.count == broadcast.firstCount && b.count == broadcast.secondCount, "operands of another shape")
    precondition(output.count == broadcast.shape.count, "\(output.count) elements for shape \(broadcast.shape)")
    guard output.count > 0 else { return }
    unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { b in
        unsafe output.withUnsafeMutableBytes { output in
          let call = unsafe BroadcastCall(
            broadcast: broadcast, elementSize: MemoryLayout<Element>.size,
            first: a.baseAddress!, second: b.baseAddress!, output: output.baseAddress!)
          if broadcast.rowCount == 1 {
            forEachChunk(of: broadcast.columns.count, cost: cost) { unsafe call.run(columns: $0, kernel) }
          } else {
            forEachRowChunk(of: broadcast.rowCount, elements: broadcast.columns.count, cost: cost) {
              unsafe call.run(rows: $0, kernel)
            }
          }
        }
      }
    }
  }

  /// The addresses of one call, from which each chunk takes its part.
  @safe private struct BroadcastCall: @unchecked Sendable {
    let broadcast: Broadcast
    let elementSize: Int
    let first: UnsafeRawPointer
    let second: UnsafeRawPointer
    let output: UnsafeMutableRawPointer

    /// Part of the only row.
    func run(columns range: Range<Int>, _ kernel: RowsKernel) {
      let columns = broadcast.columns
      unsafe kernel(
        operand(first, range.lowerBound * columns.firstStride, 0, columns.firstStride),
        operand(second, range.lowerBound * columns.secondStride, 0, columns.secondStride),
        output + range.lowerBound * elementSize, 1, range.count)
    }

    /// Rows of the result, those that share their outer indices at a time.
    func run(rows range: Range<Int>, _ kernel: RowsKernel) {
      let (rows, columns) = (broadcast.rows, broadcast.columns)
      var row = range.lowerBound
      while row < range.upperBound {
        let (block, index) = row.quotientAndRemainder(dividingBy: rows.count)
        let count = min(rows.count - index, range.upperBound - row)
        let start = broadcast.starts(ofBlock: block)
        unsafe kernel(
          operand(first, start.first + index * rows.firstStride, rows.firstStride, columns.firstStride),
          operand(second, start.second + index * rows.secondStride, rows.secondStride, columns.secondStride),
          output + row * columns.count * elementSize, count, columns.count)
        row += count
      }
    }

    private func operand(
      _ base: UnsafeRawPointer, _ offset: Int, _ rowStride: Int, _ columnStride: Int
    ) -> ck_operand {
      unsafe ck_operand(start: base + offset * elementSize, row_stride: rowStride, column_stride: columnStride)
    }
  }
}
