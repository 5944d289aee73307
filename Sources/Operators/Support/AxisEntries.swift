import Tensors

/// Which entries of every axis of a tensor a result takes, arranged for copying.
struct AxisEntries: Sendable {
  /// A stretch of the result that comes from neighbouring elements, or is filled where `start` is nil.
  struct Segment {
    var start: Int?
    var count: Int

    fileprivate var elementOffsets: [Int] { (0..<count).map { offset in start.map { $0 + offset } ?? -1 } }
  }

  /// The shape of the tensor that entries are taken of.
  let source: Shape
  /// For each axis outside the segments, the distance that each entry adds; nil where the entry is filled.
  let outerOffsets: [[Int?]]
  /// The segments of a row of the result.
  let segments: [Segment]
  /// Where the segments are short, the distance of each element of a row; negative where it is filled.
  let elementOffsets: [Int]?

  /// Segments that are shorter than this on average are copied element by element.
  private static let shortSegment = 8

  /// `entries` lists the chosen entries of each axis; nil stands for one that is filled.
  init(of source: Shape, _ entries: [[Int?]]) {
    precondition(entries.count == source.rank)
    self.source = source
    let strides = source.strides
    let innermost = entries.indices.last { !entries[$0].elementsEqual(0..<source[$0]) { $0 == $1 } } ?? -1
    outerOffsets = entries.indices.prefix(max(innermost, 0)).map { axis in
      entries[axis].map { $0.map { $0 * strides[axis] } }
    }
    let length = innermost < 0 ? source.count : strides[innermost]
    segments = Self.segments(innermost < 0 ? [0] : entries[innermost], length: length)
    let rowLength = segments.reduce(0) { $0 + $1.count }
    elementOffsets = rowLength < Self.shortSegment * segments.count ? segments.flatMap { $0.elementOffsets } : nil
  }

  private static func segments(_ entries: [Int?], length: Int) -> [Segment] {
    var segments: [Segment] = []
    for entry in entries {
      let start = entry.map { $0 * length }
      if let last = segments.last, last.start.map({ $0 + last.count }) == start {
        segments[segments.count - 1].count += length
      } else {
        segments.append(Segment(start: start, count: length))
      }
    }
    return segments
  }
}
