import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// A value that has elements of an image, batch and channels first, in some order.
struct ImageView {
  let image: ValueID
  let shape: [SymbolicSize]
  /// The elements of the image; those of one sample where it is not known how many samples there are.
  private(set) var elements: IndexView
  /// The nodes between the image and the value.
  private(set) var nodeCount = 0

  /// An image as it is; nil where more of its sizes than the number of samples are not known, or it has no spatial axes.
  init?(of image: ValueID, shape: [SymbolicSize]) {
    let sizes = shape.compactMap(\.fixed)
    guard shape.count > 2, !sizes.contains(0), shape.dropFirst().allSatisfy({ $0.fixed != nil }),
      Shape(validating: sizes) != nil
    else { return nil }
    self.image = image
    self.shape = shape
    elements = IndexView(dimensions: sizes)
  }

  /// How many axes of the value come before those of `elements`: that of the samples, where their number is not known.
  private var leadingAxes: Int { shape[0].fixed == nil ? 1 : 0 }

  /// What a node makes of the value as its first result, which has a known shape; nil where that is no view any more.
  func through(_ node: KnownNode, to result: [SymbolicSize]) -> ImageView? {
    guard node.node.operatorName.domain.isEmpty else { return nil }
    let elements: IndexView?
    switch node.type {
    case "Reshape", "Squeeze", "Unsqueeze", "Flatten":
      let inner = result.dropFirst(leadingAxes)
      let dimensions = inner.compactMap(\.fixed)
      guard dimensions.count == inner.count, leadingAxes == 0 || result.first == shape[0] else { return nil }
      elements = self.elements.reshaped(dimensions)
    case "Transpose": elements = transposed(node, rank: result.count)
    case "Gather": elements = picked(node, rank: result.count + 1)
    case "Slice": elements = sliced(node, rank: result.count)
    default: elements = nil
    }
    return elements.map { next($0) }
  }

  /// The parts that a Split makes of the value along an axis; nil where the sizes are not known or these are no views.
  func parts(_ node: KnownNode, results: [[SymbolicSize]]) -> [ImageView]? {
    guard node.node.operatorName == OperatorName("Split"), let rank = results.first?.count,
      let axis = node.axis("axis", default: 0, rank: rank), axis >= leadingAxes
    else { return nil }
    var first = 0
    var parts: [ImageView] = []
    for result in results {
      guard let count = result[axis].fixed,
        let part = elements.slice(of: axis - leadingAxes, first: first, count: count, step: 1)
      else { return nil }
      parts.append(next(part))
      first += count
    }
    return parts
  }

  private func next(_ elements: IndexView) -> ImageView {
    var view = self
    view.elements = elements
    view.nodeCount += 1
    return view
  }

  private func sliced(_ node: KnownNode, rank: Int) -> IndexView? {
    guard let slices = node.slices(rank: rank), slices.prefix(leadingAxes).allSatisfy({ $0?.isWhole ?? true }) else {
      return nil
    }
    var elements: IndexView? = elements
    for (axis, slice) in slices.dropFirst(leadingAxes).enumerated() {
      guard let slice, !slice.isWhole, let view = elements else { continue }
      elements = slice.range(of: view.count(axis)).flatMap { range in
        view.slice(of: axis, first: range.first, count: range.count, step: slice.step)
      }
    }
    return elements
  }

  private func transposed(_ node: KnownNode, rank: Int) -> IndexView? {
    let order = node.node.integers("perm") ?? (0..<rank).reversed()
    guard leadingAxes == 0 || order.first == 0 else { return nil }
    return elements.transposed(order.dropFirst(leadingAxes).map { $0 - leadingAxes })
  }

  private func picked(_ node: KnownNode, rank: Int) -> IndexView? {
    guard node.numbers(1)?.isScalar == true, let index = node.fixedNumbers(1)?.first,
      let axis = node.axis("axis", default: 0, rank: rank), axis >= leadingAxes
    else { return nil }
    return node.normalized(index, rank: elements.count(axis - leadingAxes))
      .map { elements.entry($0, of: axis - leadingAxes) }
  }

  /// The channels of the image that the value has, where it is nothing but some of the image's channels in some order.
  var channels: [Int]? {
    let whole = IndexView(dimensions: shape.compactMap(\.fixed))
    let channelAxis = 1 - leadingAxes
    guard elements.axes.count == whole.axes.count else { return nil }
    let others = whole.axes.indices.filter { $0 != channelAxis }
    guard others.allSatisfy({ elements.axes[$0] == whole.axes[$0] }) else { return nil }
    let pixels = shape[2...].reduce(1) { $0 * ($1.fixed ?? 1) }
    let starts = elements.positions(channelAxis).map { $0 + elements.offset }
    guard let count = shape[1].fixed, starts.allSatisfy({ $0 % pixels == 0 && $0 < count * pixels }) else { return nil }
    return starts.map { $0 / pixels }
  }
}
