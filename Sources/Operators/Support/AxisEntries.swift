import Kernels
import Tensors

/// Which entries of every axis of a tensor a result takes, arranged for copying.
struct AxisEntries: Sendable {
  /// The shape of the tensor that entries are taken of.
  let source: Shape
  /// Where the source of each row of the result begins; negative where the row is filled.
  let bases: [Int]
  /// How each row is put together.
  let pattern: RowPattern

  /// `entries` lists the chosen entries of each axis; nil stands for one that is filled.
  init(of source: Shape, _ entries: [[Int?]]) {
    precondition(entries.count == source.rank)
    self.source = source
    let strides = source.strides
    let innermost = entries.indices.last { !entries[$0].elementsEqual(0..<source[$0]) { $0 == $1 } } ?? -1
    var bases = [0]
    for axis in entries.indices.prefix(max(innermost, 0)) {
      let offsets = entries[axis].map { $0.map { $0 * strides[axis] } ?? -1 }
      bases = bases.flatMap { base in offsets.map { base < 0 || $0 < 0 ? -1 : base + $0 } }
    }
    self.bases = bases
    let length = innermost < 0 ? source.count : strides[innermost]
    pattern = RowPattern(Self.segments(innermost < 0 ? [0] : entries[innermost], length: length))
  }

  private static func segments(_ entries: [Int?], length: Int) -> [RowPattern.Segment] {
    var segments: [RowPattern.Segment] = []
    for entry in entries where length > 0 {
      let start = entry.map { $0 * length }
      if let last = segments.last, last.start.map({ $0 + last.count }) == start {
        segments[segments.count - 1].count += length
      } else {
        segments.append(RowPattern.Segment(start: start, count: length))
      }
    }
    return segments
  }
}
