internal import CKernels

/// Functions of 8-bit elements by table.
extension Compute {
  /// output[i] = table[input[i]]: any function of 8 bits, such as a change of scale or a quantized sigmoid.
  ///
  /// `table` has 256 elements. Signed elements are looked up by their bits: −1 at 255.
  @specialized(where Element == UInt8)
  @specialized(where Element == Int8)
  public func map<Element: QuantizedElement>(
    _ input: Span<Element>, through table: Span<Element>, into output: inout MutableSpan<Element>
  ) {
    precondition(MemoryLayout<Element>.size == 1 && table.count == 256, "a table of \(table.count) elements")
    precondition(input.count == output.count, "\(input.count) elements into \(output.count)")
    unsafe table.withUnsafeBytes { table in
      nonisolated(unsafe) let table = unsafe table.baseAddress!.assumingMemoryBound(to: UInt8.self)
      unsafe forEachChunk(of: input.count, from: input.bytes, into: &output) { input, output, range in
        unsafe ck_map(
          table, input.assumingMemoryBound(to: UInt8.self) + range.lowerBound,
          output.assumingMemoryBound(to: UInt8.self) + range.lowerBound, range.count)
      }
    }
  }

  /// Places rows of bytes, one after the other in `input`, into an array of longer rows, looked up in `table` on the way:
  /// what a concatenation does to parts of another scale.
  ///
  /// - Parameters:
  ///   - columns: The bytes of a row.
  ///   - offset: Where the first row goes in `output`.
  ///   - stride: Bytes from one row of `output` to the next; at least `columns`.
  public func place(
    _ input: Span<UInt8>, columns: Int, through table: Span<UInt8>, into output: inout MutableSpan<UInt8>,
    at offset: Int, stride: Int
  ) {
    guard input.count > 0 else { return }
    precondition(columns > 0 && input.count % columns == 0, "\(input.count) bytes in rows of \(columns)")
    precondition(table.count == 256, "a table of \(table.count) elements")
    let rows = input.count / columns
    precondition(offset >= 0 && stride >= columns, "rows of \(columns) bytes \(stride) apart at \(offset)")
    checkRows(output.count - offset, rows: rows, stride: stride, length: columns, "array of rows")
    nonisolated(unsafe) let (source, target) = unsafe (input.address!, output.mutableAddress! + offset)
    nonisolated(unsafe) let lookup = unsafe table.address
    forEachRowChunk(of: rows, elements: columns) { part in
      unsafe ck_map_rows(
        lookup, source + part.lowerBound * columns, target + part.lowerBound * stride, stride, part.count, columns)
    }
  }

  /// The table of a function on 8-bit tensors: element q of `inputScale` goes to
  /// saturate(roundHalfEven(function((q − zeroPoint) · scale) / outputScale) + outputZeroPoint), every step in float32.
  /// Without a function, the table changes scale and zero point.
  public func table<Element: QuantizedElement>(
    _ function: UnaryFunction? = nil, from inputScale: TensorScale, to outputScale: TensorScale,
    of: Element.Type = Element.self
  ) -> [Element] {
    precondition(MemoryLayout<Element>.size == 1, "a table of \(Element.self)")
    let elements = (0..<256).map { Element(truncatingIfNeeded: $0) }
    var numbers = [Float](repeating: 0, count: 256)
    var numberSpan = numbers.mutableSpan
    dequantize(elements.span, LinearScale(inputScale), into: &numberSpan)
    if let function { apply(function, inPlace: &numberSpan) }
    var table = elements
    var tableSpan = table.mutableSpan
    quantize(numbers.span, LinearScale(outputScale), into: &tableSpan)
    return table
  }
}

extension LinearScale {
  /// The same scale and zero point for a whole array.
  public init(_ tensor: TensorScale) { self.init(tensor.scale, zeroPoint: tensor.zeroPoint) }
}
