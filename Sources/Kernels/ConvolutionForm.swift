extension ConvolutionGeometry {
  /// The forms of convolution that kernels tell apart.
  public enum Form: String, Sendable, Hashable {
    case dense
    /// Every output pixel is computed from the input pixel of the same place: a product of matrices.
    case pointwise
    /// Each channel is a group of its own.
    case depthwise
    /// Several groups of channels that are not depthwise.
    case grouped
  }

  public var form: Form {
    if isDepthwise { return .depthwise }
    if isPointwise { return .pointwise }
    return groups > 1 ? .grouped : .dense
  }
}
