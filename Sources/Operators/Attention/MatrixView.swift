import Kernels
import Tensors

/// The matrices of a tensor whose axes are taken in another order, without moving its elements.
struct MatrixView: Sendable {
  private let order: [Int]
  private let index: Int?
  /// The axes of the view: those of the batch, then rows and columns.
  let dimensions: [Int]
  private let strides: [Int]
  private let offset: Int

  /// How a node describes a view of one of its inputs.
  struct Attributes: Sendable {
    let order: [Int]?
    let index: Int?

    /// Reads `NAME_order` and `NAME_index`.
    init(_ node: NodeReader, _ name: String) throws(OperatorError) {
      order = try node.ints("\(name)_order")
      index = try node.int("\(name)_index")
      if let order, order.sorted() != Array(order.indices) {
        throw .attribute("\(name)_order", "is \(order), which is no permutation")
      }
      if let index, index < 0 { throw .attribute("\(name)_index", "is \(index), expected 0 or more") }
    }
  }

  /// Views an input of some shape, the one at `position`: its axes in the given order, of the first of which one index
  /// may be picked.
  init(of shape: Shape, fromInput position: Int, _ attributes: Attributes) throws(OperatorError) {
    order = attributes.order ?? Array(0..<shape.rank)
    index = attributes.index
    guard order.count == shape.rank else {
      throw .input(position, "has shape \(shape), expected \(order.count) axes")
    }
    var dimensions = order.map { shape[$0] }
    var strides = order.map { shape.strides[$0] }
    offset = (index ?? 0) * (strides.first ?? 0)
    if let index {
      guard let size = dimensions.first, index < size else {
        throw .input(position, "has shape \(shape), which has no index \(index) on axis \(order.first ?? 0)")
      }
      dimensions.removeFirst()
      strides.removeFirst()
    }
    self.dimensions = dimensions
    self.strides = strides
  }

  var batch: ArraySlice<Int> { dimensions.dropLast(2) }
  var rows: Int { dimensions[dimensions.count - 2] }
  var columns: Int { dimensions[dimensions.count - 1] }

  /// Whether the elements of a row lie one after the other.
  var hasDenseRows: Bool { strides[strides.count - 1] == 1 }
  /// Whether the elements of a column do.
  var hasDenseColumns: Bool { strides[strides.count - 2] == 1 }

  /// Where the matrices of the batch lie, for dense rows, or for dense columns as their transposes.
  var matrices: MatrixBatch {
    MatrixBatch(
      offsets: batch.offsets(strides: strides, from: offset),
      rowStride: strides[strides.count - (hasDenseRows ? 2 : 1)])
  }

  /// The view of `tensor` as a tensor of its own.
  func copied(_ tensor: Tensor, _ compute: Compute) throws(OperatorError) -> Tensor {
    let turned = try tensor.transposed(order, compute)
    guard let index else { return turned }
    let shape = Shape(dimensions)
    let source = turned.span(of: Float.self)
    return Tensor(shape, of: Float.self) { target in
      for place in target.indices { target[place] = source[index * shape.count + place] }
    }
  }
}

extension ArraySlice<Int> {
  /// Where the items of a batch with these axes lie, in elements, the first of them at `start`.
  func offsets(strides: [Int], from start: Int) -> [Int] {
    zip(self, strides).reduce([start]) { offsets, axis in
      offsets.flatMap { offset in (0..<axis.0).map { offset + $0 * axis.1 } }
    }
  }
}
