import Tensors

extension Tensor {
  /// Whether no element of a float32 tensor is NaN or infinite.
  var isFinite: Bool { firstNonFinite == nil }

  /// The first element of a float32 tensor that is NaN or infinite.
  var firstNonFinite: (index: Int, value: Float)? {
    guard type == .float32 else { return nil }
    let tensor = aligned()
    let span = tensor.span(of: Float.self)
    // Without a branch per element, so that many are looked at together: nearly always there is none to find.
    let exponent = Float.infinity.bitPattern
    var largest: UInt32 = 0
    for index in span.indices { largest = max(largest, span[index].bitPattern & exponent) }
    guard largest == exponent else { return nil }
    return span.indices.first { !span[$0].isFinite }.map { ($0, span[$0]) }
  }
}
