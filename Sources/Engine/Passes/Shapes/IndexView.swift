/// Some elements of an array in some order and under some shape: what reshaping, transposing and picking entries make of
/// it without computing anything.
struct IndexView: Hashable {
  /// Some positions, `stride` elements of the array apart.
  struct Run: Hashable {
    let count: Int
    let stride: Int
  }

  /// The positions along each axis, as runs within runs, the outermost first.
  private(set) var axes: [[Run]]
  /// The element of the array that the first position is.
  private(set) var offset = 0

  /// The array as it is.
  init(dimensions: [Int]) {
    var stride = 1
    axes = dimensions.reversed().map { count in
      defer { stride *= count }
      return Self.joined([Run(count: count, stride: stride)])
    }.reversed()
  }

  /// The number of positions along an axis.
  func count(_ axis: Int) -> Int { axes[axis].reduce(1) { $0 * $1.count } }

  /// All positions along an axis, in order, as elements from the first.
  func positions(_ axis: Int) -> [Int] {
    axes[axis].reduce([0]) { positions, run in
      positions.flatMap { base in (0..<run.count).map { base + $0 * run.stride } }
    }
  }

  /// The same positions under another shape; nil where an axis of it would begin or end amid a run.
  func reshaped(_ dimensions: [Int]) -> IndexView? {
    var runs = Self.joined(axes.flatMap(\.self))[...]
    var result = self
    result.axes = []
    for size in dimensions {
      guard let axis = Self.take(size, from: &runs) else { return nil }
      result.axes.append(axis)
    }
    return runs.isEmpty ? result : nil
  }

  /// The same with the axes in another order.
  func transposed(_ order: [Int]) -> IndexView {
    var result = self
    result.axes = order.map { axes[$0] }
    return result
  }

  /// What is at one position of an axis, which goes.
  func entry(_ position: Int, of axis: Int) -> IndexView {
    var result = self
    var rest = position
    for run in axes[axis].reversed() {
      result.offset += rest % run.count * run.stride
      rest /= run.count
    }
    result.axes.remove(at: axis)
    return result
  }

  /// Every `step`-th position of an axis, `count` of them from `first` on; nil where they are no runs.
  func slice(of axis: Int, first: Int, count: Int, step: Int) -> IndexView? {
    guard count > 0, step > 0 else { return nil }
    var result = self
    let runs = axes[axis]
    if runs.count <= 1 {
      let stride = runs.first?.stride ?? 0
      result.offset += first * stride
      // The step of a single position is never taken, and may be too large to multiply.
      result.axes[axis] = Self.joined([Run(count: count, stride: count > 1 ? stride * step : stride)])
      return result
    }
    // Whole runs within the outermost.
    let inner = runs.dropFirst()
    let length = inner.reduce(1) { $0 * $1.count }
    guard step == 1, first % length == 0, count % length == 0 else { return nil }
    result.offset += first / length * runs[0].stride
    result.axes[axis] = Self.joined([Run(count: count / length, stride: runs[0].stride)] + inner)
    return result
  }

  /// Removes the next `size` positions; nil where that many do not end with a run or a part of one.
  private static func take(_ size: Int, from runs: inout ArraySlice<Run>) -> [Run]? {
    var taken: [Run] = []
    var missing = size
    while missing > 1 {
      guard let run = runs.popFirst() else { return nil }
      if missing % run.count == 0 {
        taken.append(run)
        missing /= run.count
      } else if run.count % missing == 0 {
        let rest = run.count / missing
        taken.append(Run(count: missing, stride: run.stride * rest))
        runs = [Run(count: rest, stride: run.stride)] + runs
        missing = 1
      } else {
        return nil
      }
    }
    return joined(taken)
  }

  /// The same runs without those of one position, and with those made one that follow each other evenly.
  private static func joined(_ runs: [Run]) -> [Run] {
    runs.reduce(into: []) { result, run in
      guard run.count != 1 else { return }
      if let last = result.last, last.stride == run.count * run.stride {
        result[result.count - 1] = Run(count: last.count * run.count, stride: run.stride)
      } else {
        result.append(run)
      }
    }
  }
}
