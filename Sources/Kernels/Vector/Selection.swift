internal import CKernels
public import Tensors

/// How the rows of an array are put together from elements of another one, each row from some base on.
public struct RowPattern: Sendable {
  /// A stretch of a row that comes from `count` neighbouring elements, or is filled where `start` is nil.
  public struct Segment: Sendable, Hashable {
    public var start: Int?
    public var count: Int

    public init(start: Int?, count: Int) {
      self.start = start
      self.count = count
    }
  }

  /// The elements of a row.
  public let length: Int
  private let segments: [ck_segment]
  /// Where the segments are short, the distance of each element; negative where it is filled.
  private let offsets: [Int]
  /// Where not 0: the elements follow each other, each of them so many times.
  private let repeats: Int
  /// Whether two stretches of elements come in turns.
  private let alternates: Bool
  /// The elements that a row reads, counted from its base; empty where it reads none.
  fileprivate let reads: Range<Int>

  /// Segments that are shorter than this on average are copied element by element.
  private static let shortSegment = 8

  /// A row of these segments, none of which is empty.
  public init(_ segments: [Segment]) {
    let sources = segments.compactMap { segment in segment.start.map { $0..<$0 + segment.count } }
    precondition(segments.allSatisfy { $0.count > 0 && $0.start ?? 0 >= 0 }, "segments \(segments)")
    length = segments.reduce(0) { $0 + $1.count }
    reads = (sources.map(\.lowerBound).min() ?? 0)..<(sources.map(\.upperBound).max() ?? 0)
    if length < Self.shortSegment * segments.count {
      offsets = segments.flatMap { segment in
        (0..<segment.count).map { place in segment.start.map { $0 + place } ?? -1 }
      }
      self.segments = []
    } else {
      offsets = []
      self.segments = segments.map { ck_segment(start: $0.start ?? -1, count: $0.count) }
    }
    repeats = Self.repeats(in: offsets)
    alternates = Self.alternates(offsets)
  }

  private static func alternates(_ offsets: [Int]) -> Bool {
    offsets.count > 2 && offsets.count % 2 == 0 && offsets[0] >= 0 && offsets[1] >= 0
      && offsets.indices.allSatisfy { offsets[$0] == offsets[$0 % 2] + $0 / 2 }
  }

  private static func repeats(in offsets: [Int]) -> Int {
    guard let first = offsets.first, first >= 0 else { return 0 }
    let times = offsets.firstIndex { $0 != first } ?? offsets.count
    guard times > 1, offsets.count % times == 0 else { return 0 }
    return offsets.indices.allSatisfy { offsets[$0] == first + $0 / times } ? times : 0
  }

  @unsafe fileprivate func withPattern(fill: UInt64, _ body: (ck_row_pattern) -> Void) {
    unsafe segments.withUnsafeBufferPointer { segments in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe body(
          ck_row_pattern(
            segments: segments.isEmpty ? nil : segments.baseAddress, segment_count: segments.count,
            offsets: offsets.baseAddress, length: length, repeats: repeats, alternates: alternates, fill: fill))
      }
    }
  }
}

/// Kernels that choose among elements of 1, 2, 4 or 8 bytes.
extension Compute {
  /// Writes a row of the pattern for each of `bases`, one behind the other: from the elements of `input` from that place
  /// on, or filled throughout where it is negative.
  public func assemble<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    rowsAt bases: [Int], _ pattern: RowPattern, of input: Span<Element>, fill: Element,
    into output: inout MutableSpan<Element>
  ) {
    precondition(output.count == bases.count * pattern.length, "\(output.count) elements of \(bases.count) rows")
    if !pattern.reads.isEmpty {
      for base in bases where base >= 0 {
        precondition(base + pattern.reads.upperBound <= input.count, "a row at \(base) of \(input.count) elements")
      }
    }
    guard output.count > 0 else { return }
    let fill = UInt64(truncatingIfNeeded: fill)
    let size = MemoryLayout<Element>.size
    let rowSize = pattern.length * size
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        // A row that reads nothing may be made of nothing.
        nonisolated(unsafe) let addresses = unsafe (input.baseAddress ?? UnsafeRawPointer(output.baseAddress!), output)
        forEachRowChunk(of: bases.count, elements: pattern.length) { rows in
          unsafe bases.withUnsafeBufferPointer { bases in
            unsafe pattern.withPattern(fill: fill) { pattern in
              unsafe withUnsafePointer(to: pattern) { pattern in
                let start = rows.lowerBound * rowSize
                unsafe ck_assemble_rows(
                  size, addresses.0, bases.baseAddress! + rows.lowerBound, rows.count, pattern,
                  addresses.1.baseAddress! + start)
              }
            }
          }
        }
      }
    }
  }

  /// output = the element of `chosen` where the condition holds, and that of `other` elsewhere, in row-major order.
  /// `layouts` are those of the condition, the chosen and the other elements; the innermost strides are 0 or 1.
  public func choose<Element: BitwiseCopyable>(
    _ shape: Shape, where condition: Span<Boolean>, _ chosen: Span<Element>, _ other: Span<Element>,
    layouts: [StridedLayout], into output: inout MutableSpan<Element>
  ) {
    precondition([1, 2, 4, 8].contains(MemoryLayout<Element>.size), "elements of \(Element.self)")
    precondition(output.count == shape.count && layouts.count == 3, "\(output.count) elements of \(shape)")
    for (layout, count) in zip(layouts, [condition.count, chosen.count, other.count]) {
      precondition(layout.fits(shape, in: count), "\(layout) of \(shape) in \(count) elements")
      precondition((0...1).contains(layout.strides.last ?? 0), "\(layout) in steps of more than 1")
    }
    guard shape.count > 0 else { return }
    let rowLength = shape.dimensions.last ?? 1
    let steps = layouts.map { $0.strides.last ?? 0 }
    unsafe condition.withUnsafeBytes { condition in
      unsafe chosen.withUnsafeBytes { chosen in
        unsafe other.withUnsafeBytes { other in
          unsafe output.withUnsafeMutableBytes { output in
            let size = MemoryLayout<Element>.size
            nonisolated(unsafe) let sources = (condition.baseAddress!, chosen.baseAddress!, other.baseAddress!)
            nonisolated(unsafe) let target = output.baseAddress!
            forEachRowPart(of: shape.count / rowLength, length: rowLength) { rows, columns in
              var walk = RowWalk(shape, layouts, row: rows.lowerBound)
              for row in rows {
                let starts = (
                  walk.starts[0] + columns.lowerBound * steps[0], walk.starts[1] + columns.lowerBound * steps[1],
                  walk.starts[2] + columns.lowerBound * steps[2]
                )
                unsafe ck_choose(
                  size, ck_choice(elements: sources.0 + starts.0, step: steps[0]),
                  ck_choice(elements: sources.1 + starts.1 * size, step: steps[1]),
                  ck_choice(elements: sources.2 + starts.2 * size, step: steps[2]),
                  target + (row * rowLength + columns.lowerBound) * size, columns.count)
                walk.advance()
              }
            }
          }
        }
      }
    }
  }

  /// Calls `body` for parts of `rows` rows of `length` elements: several rows, or a part of one that is long.
  private func forEachRowPart(
    of rows: Int, length: Int, _ body: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    if length <= elementsPerChunk {
      forEachRowChunk(of: rows, elements: length) { body($0, 0..<length) }
      return
    }
    let partsPerRow = parts(of: length, size: elementsPerChunk)
    run(chunks: rows * partsPerRow, work: rows * length) { chunk in
      let (row, part) = chunk.quotientAndRemainder(dividingBy: partsPerRow)
      body(row..<row + 1, part * elementsPerChunk..<min((part + 1) * elementsPerChunk, length))
    }
  }
}

/// Goes through the rows of arrays that have one shape and layouts of their own.
private struct RowWalk {
  /// Where the row begins in each array.
  private(set) var starts: [Int]
  private var position: [Int]
  private let dimensions: [Int]
  private let strides: [[Int]]

  init(_ shape: Shape, _ layouts: [StridedLayout], row: Int) {
    dimensions = Array(shape.dimensions.dropLast())
    strides = layouts.map { Array($0.strides.dropLast()) }
    position = [Int](repeating: 0, count: dimensions.count)
    var rest = row
    for axis in dimensions.indices.reversed() {
      (rest, position[axis]) = rest.quotientAndRemainder(dividingBy: dimensions[axis])
    }
    starts = layouts.map(\.start)
    for array in starts.indices {
      for axis in position.indices { starts[array] += position[axis] * strides[array][axis] }
    }
  }

  mutating func advance() {
    for axis in dimensions.indices.reversed() {
      position[axis] += 1
      let wraps = position[axis] == dimensions[axis]
      for array in starts.indices {
        starts[array] += wraps ? -(dimensions[axis] - 1) * strides[array][axis] : strides[array][axis]
      }
      guard wraps else { return }
      position[axis] = 0
    }
  }
}
