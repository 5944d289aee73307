import Tensors

/// A tensor made by choosing, along every axis by itself, which entries of the source to take and which to fill.
struct AxisSelection: BitMovement {
  private let source: Tensor
  private let entries: AxisEntries
  private let fill: Tensor
  private let shape: Shape

  /// `fill` is one element of the source's type.
  init(_ source: Tensor, _ entries: AxisEntries, fill: Tensor, shape: Shape) {
    precondition(entries.source == source.shape && fill.count == 1 && fill.type == source.type)
    self.source = source.aligned()
    self.entries = entries
    self.fill = fill.aligned()
    self.shape = shape
  }

  func result() throws(OperatorError) -> Tensor { try result(of: source.type) }

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      guard shape.count > 0 else { return }
      let input: Span<Bits> = source.bits()
      let value = fill.bits(as: Bits.self)[0]
      var target = 0
      var position = [Int](repeating: 0, count: entries.outerOffsets.count)
      while target < shape.count {
        if let base = base(of: position), let offsets = entries.elementOffsets {
          for offset in offsets {
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
    for segment in entries.segments {
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
      guard let offset = entries.outerOffsets[axis][position[axis]] else { return nil }
      base += offset
    }
    return base
  }

  private func advance(_ position: inout [Int]) {
    for axis in position.indices.reversed() {
      position[axis] += 1
      guard position[axis] == entries.outerOffsets[axis].count else { return }
      position[axis] = 0
    }
  }
}
