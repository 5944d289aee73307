import Kernels
import Tensors

/// Queries, keys or values of all heads of attention, wherever their elements lie.
///
/// The tensor is [batch, heads, length, size], or [batch, length, heads · size] with the heads side by side.
struct AttentionHeads {
  let tensor: Tensor
  let batch: Int
  let heads: Int
  let length: Int
  /// The number of elements of one head's vector.
  let size: Int

  private let isSideBySide: Bool

  /// Reads an input; `heads` is the attribute that an input of rank 3 needs, called `attribute`.
  init(_ inputs: OperatorInputs, _ index: Int, heads: Int?, attribute: String) throws(OperatorError) {
    try self.init(inputs.tensor(index, of: .float32), fromInput: index, heads: heads, attribute: attribute)
  }

  /// Takes a float32 tensor that was made of the input at `index`.
  init(_ tensor: Tensor, fromInput index: Int, heads: Int?, attribute: String) throws(OperatorError) {
    self.tensor = tensor
    let shape = tensor.shape
    switch shape.rank {
    case 4:
      (batch, self.heads, length, size) = (shape[0], shape[1], shape[2], shape[3])
      isSideBySide = false
    case 3:
      guard let heads else { throw .attribute(attribute, "is missing, which an input of rank 3 needs") }
      guard heads > 0, shape[2] % heads == 0 else {
        throw .input(index, "has shape \(shape), whose last axis is not made of \(heads) heads")
      }
      (batch, self.heads, length, size) = (shape[0], heads, shape[1], shape[2] / heads)
      isSideBySide = true
    default: throw .input(index, "has shape \(shape), expected 3 or 4 axes")
    }
    if let heads, heads != self.heads { throw .input(index, "has shape \(shape), expected \(heads) heads on axis 1") }
  }

  /// Takes a tensor [batch, heads, length, size].
  private init(separate tensor: Tensor) {
    self.tensor = tensor
    let shape = tensor.shape
    (batch, heads, length, size) = (shape[0], shape[1], shape[2], shape[3])
    isSideBySide = false
  }

  /// The shape of a result with this layout whose vectors have `size` elements.
  func shape(size: Int) -> Shape {
    isSideBySide ? Shape([batch, length, heads * size]) : Shape([batch, heads, length, size])
  }

  /// Where the matrix [length, size] of each head lies in a tensor of this layout; each is given `repeats` times in a
  /// row. `size` is that of the vectors, where it is another than here.
  func matrices(repeats: Int = 1, size: Int? = nil) -> MatrixBatch {
    let size = size ?? self.size
    let rowStride = isSideBySide ? heads * size : size
    let offsets = (0..<batch * heads * repeats).map { index in
      let (item, head) = (index / repeats).quotientAndRemainder(dividingBy: heads)
      return item * heads * length * size + head * (isSideBySide ? size : length * size)
    }
    return MatrixBatch(offsets: offsets, rowStride: rowStride)
  }

  /// Checks the cache in an input that these heads are to follow.
  func requireCache(_ inputs: OperatorInputs, _ index: Int) throws(OperatorError) {
    let shape = try inputs.tensor(index, of: .float32).shape
    guard shape.rank == 4, shape[0] == batch, shape[1] == heads, shape[3] == size else {
      throw .input(index, "has shape \(shape), expected [\(batch), \(heads), past length, \(size)]")
    }
  }

  /// These heads behind the `past` ones, an input [batch, heads, past length, size], as one tensor of that form.
  func appended(to past: Tensor?, _ compute: Compute) throws(OperatorError) -> AttentionHeads {
    var separate = tensor
    if isSideBySide {
      separate = try tensor.reshaped([batch, length, heads, size]).transposed([0, 2, 1, 3], compute)
    }
    guard let past else { return AttentionHeads(separate: separate) }
    return AttentionHeads(separate: try Tensor.concatenating([past, separate], axis: 2, compute))
  }
}
