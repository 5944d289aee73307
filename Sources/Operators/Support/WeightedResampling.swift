import Kernels
import Tensors

/// Mixes entries along one axis of a tensor by weights.
struct WeightedResampling<Element: TensorElement & BinaryFloatingPoint> {
  let input: Tensor
  let axis: Int
  let weights: InterpolationWeights
  /// What entries outside the input become.
  let extrapolation: Element

  private var length: Int { weights.isOutside.count }
  private var outer: Int { input.shape.count(of: 0..<axis) }
  private var inner: Int { input.shape.count(of: axis + 1..<input.shape.rank) }
  private var outputShape: Shape { Shape(input.shape.replacing(axis: axis, with: length)) }

  func result(_ compute: Compute) -> Tensor {
    let fitsKernels = Element.self == Float.self && input.shape[axis] <= GridReader.largestPlane
    guard fitsKernels, !weights.isOutside.contains(true) else { return looped() }
    let entries = weights.entries.map { Int32($0) }
    return inner == 1 ? sampled(entries, compute) : mixed(entries, compute)
  }

  /// Along the innermost axis: rows are read between their elements.
  private func sampled(_ entries: [Int32], _ compute: Compute) -> Tensor {
    let taps = weights.tapCount
    func byTap<Number>(_ numbers: [Number]) -> [Number] {
      (0..<taps).flatMap { tap in (0..<length).map { numbers[$0 * taps + tap] } }
    }
    // A weight of −0 would mean that an element is not there.
    let points = SamplingPoints(
      count: length, taps: taps, offsets: byTap(entries), weights: byTap(weights.weights.map { $0 + 0 }))
    return Tensor(outputShape, of: Float.self) { output in
      compute.sample(
        input.span(of: Float.self), planes: outer, plane: input.shape[axis], at: [[points]], into: &output)
    }
  }

  /// Along another axis: whole runs of elements are mixed.
  private func mixed(_ entries: [Int32], _ compute: Compute) -> Tensor {
    Tensor(outputShape, of: Float.self) { output in
      compute.mixRows(
        input.span(of: Float.self), rows: input.shape[axis], width: inner, taps: entries, weights: weights.weights,
        tapCount: weights.tapCount, into: &output)
    }
  }

  /// The same for any type, and with entries outside the input.
  private func looped() -> Tensor {
    let (length, outer, inner) = (length, outer, inner)
    let mixing = weights.weights.map { Element($0) }
    return Tensor(outputShape, of: Element.self) { output in
      let elements = input.span(of: Element.self)
      for block in 0..<outer {
        let source = block * input.shape[axis] * inner
        for entry in 0..<length {
          let target = (block * length + entry) * inner
          if weights.isOutside[entry] {
            fillRun(of: inner, with: extrapolation, in: &output, at: target)
          } else if inner == 1 {
            output[target] = mixed(elements, at: source, entry: entry, mixing)
          } else {
            mix(elements, at: source, entry: entry, mixing, runLength: inner, to: &output, at: target)
          }
        }
      }
    }
  }

  /// One entry of the innermost axis.
  private func mixed(_ elements: Span<Element>, at source: Int, entry: Int, _ mixing: [Element]) -> Element {
    if weights.tapCount == 2 {
      return mixing[2 * entry] * elements[source + weights.entries[2 * entry]]
        + mixing[2 * entry + 1] * elements[source + weights.entries[2 * entry + 1]]
    }
    var sum: Element = 0
    for tap in entry * weights.tapCount..<(entry + 1) * weights.tapCount {
      sum += mixing[tap] * elements[source + weights.entries[tap]]
    }
    return sum
  }

  /// One entry of an outer axis: a run of elements that are mixed alike.
  private func mix(
    _ elements: Span<Element>, at source: Int, entry: Int, _ mixing: [Element], runLength: Int,
    to output: inout MutableSpan<Element>, at target: Int
  ) {
    precondition(target + runLength <= output.count)
    if weights.tapCount == 2 {
      let start = (source + weights.entries[2 * entry] * runLength, source + weights.entries[2 * entry + 1] * runLength)
      let rows = (
        elements.extracting(start.0..<start.0 + runLength), elements.extracting(start.1..<start.1 + runLength)
      )
      let weight = (mixing[2 * entry], mixing[2 * entry + 1])
      for index in 0..<runLength {
        output[target + index] = weight.0 * rows.0[index] + weight.1 * rows.1[index]
      }
      return
    }
    fillRun(of: runLength, with: 0, in: &output, at: target)
    for tap in entry * weights.tapCount..<(entry + 1) * weights.tapCount where mixing[tap] != 0 {
      let start = source + weights.entries[tap] * runLength
      let row = elements.extracting(start..<start + runLength)
      let weight = mixing[tap]
      for index in 0..<runLength { output[target + index] += weight * row[index] }
    }
  }
}
