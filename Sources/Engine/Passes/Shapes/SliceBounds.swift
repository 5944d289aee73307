import ModelGraph
import Operators
import OrderedCollections

/// Where a Slice begins and ends along an axis (ONNX 1, 10, 11, 13), in numbers as the node gives them.
struct SliceBounds: Hashable {
  let start: Int
  let end: Int
  let step: Int

  /// The entries of an axis of some size; nil where the step is 0.
  func range(of size: Int) -> SliceRange? {
    step == 0 ? nil : SliceRange(start: start, end: end, step: step, size: size)
  }

  /// Whether the slice is the whole axis, whatever its size.
  var isWhole: Bool { start == 0 && step == 1 && end >= Int(Int32.max) }
}

extension KnownNode {
  /// The bounds of a Slice along each axis, nil along those that stay whole; nil where they are not known.
  func slices(rank: Int) -> [SliceBounds?]? {
    guard let starts = fixedNumbers("starts", or: 1), let ends = fixedNumbers("ends", or: 2),
      starts.count == ends.count
    else { return nil }
    let given = has(3) || node.attributes["axes"] != nil ? fixedNumbers("axes", or: 3) : Array(starts.indices)
    let steps = has(4) ? fixedNumbers(4) : [Int](repeating: 1, count: starts.count)
    guard let steps, let axes = given.flatMap({ normalized($0, rank: rank) }), axes.count == starts.count,
      Set(axes).count == axes.count, steps.count == starts.count
    else { return nil }
    var bounds = [SliceBounds?](repeating: nil, count: rank)
    for (index, axis) in axes.enumerated() {
      bounds[axis] = SliceBounds(start: starts[index], end: ends[index], step: steps[index])
    }
    return bounds
  }
}
