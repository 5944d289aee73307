import Tensors

extension Tensor {
  /// Whether no element of a float32 tensor is NaN or infinite.
  var isFinite: Bool { firstNonFinite == nil }

  /// The first element of a float32 tensor that is NaN or infinite.
  var firstNonFinite: (index: Int, value: Float)? {
    guard type == .float32 else { return nil }
    let tensor = aligned()
    let span = tensor.span(of: Float.self)
    return span.indices.first { !span[$0].isFinite }.map { ($0, span[$0]) }
  }
}
