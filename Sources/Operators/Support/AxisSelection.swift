import Tensors

/// A tensor made by choosing, along every axis by itself, which entries of the source to take and which to fill.
struct AxisSelection: BitMovement {
  /// A stretch of the result that comes from neighbouring elements, or is filled where `start` is nil.
  private struct Segment {
    var start: Int?
    var count: Int

    var elementOffsets: [Int] { (0..<count).map { offset in start.map { $0 + offset } ?? -1 } }
  }

  private let source: Tensor
  private let fill: Tensor
  private let shape: Shape
  /// For each axis outside the segments, the distance that each entry adds; nil where the entry is filled.
  private let outerOffsets: [[Int?]]
  private let segments: [Segment]
  /// Where the segments are short, the distance of each element of a row; negative where it is filled.
  private let elementOffsets: [Int]?

  /// Segments that are shorter than this on average are copied element by element.
  private static let shortSegment = 8

  /// `entries` lists the chosen entries of each axis; nil stands for `fill`, one element of the source's type.
  init(_ source: Tensor, entries: [[Int?]], fill: Tensor, shape: Shape) {
    precondition(entries.count == source.shape.rank && fill.count == 1 && fill.type == source.type)
    self.source = source.aligned()
    self.fill = fill.aligned()
    self.shape = shape
    let strides = source.shape.strides
    let innermost = entries.indices.last { entries[$0] != Array(0..<source.shape[$0]) } ?? -1
    outerOffsets = entries.indices.prefix(max(innermost, 0)).map { axis in
      entries[axis].map { $0.map { $0 * strides[axis] } }
    }
    let length = innermost < 0 ? source.count : strides[innermost]
    segments = Self.segments(innermost < 0 ? [0] : entries[innermost], length: length)
    let rowLength = segments.reduce(0) { $0 + $1.count }
    elementOffsets =
      rowLength < Self.shortSegment * segments.count ? segments.flatMap { $0.elementOffsets } : nil
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

  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      let input: Span<Bits> = source.bits()
      let value = fill.bits(as: Bits.self)[0]
      var target = 0
      var position = [Int](repeating: 0, count: outerOffsets.count)
      while target < shape.count {
        if let base = base(of: position), let elementOffsets {
          for offset in elementOffsets {
            output[target] = offset < 0 ? value : input[base + offset]
            target += 1
          }
        } else {
          appendSegments(from: input, at: base(of: position), fill: value, to: &output, at: &target)
        }
        advance(&position)
      }
    }
  }

  /// Writes a row segment by segment. It is filled throughout where it has no source.
  private func appendSegments<Bits: TensorElement>(
    from input: Span<Bits>, at base: Int?, fill: Bits, to output: inout MutableSpan<Bits>, at target: inout Int
  ) {
    for segment in segments {
      if let base, let start = segment.start {
        copyRun(of: segment.count, from: input, at: base + start, to: &output, at: target)
      } else {
        fillRun(of: segment.count, with: fill, in: &output, at: target)
      }
      target += segment.count
    }
  }

  /// Where the source of a row begins; nil where the whole row is filled.
  private func base(of position: [Int]) -> Int? {
    var base = 0
    for axis in position.indices {
      guard let offset = outerOffsets[axis][position[axis]] else { return nil }
      base += offset
    }
    return base
  }

  private func advance(_ position: inout [Int]) {
    for axis in position.indices.reversed() {
      position[axis] += 1
      guard position[axis] == outerOffsets[axis].count else { return }
      position[axis] = 0
    }
  }
}
