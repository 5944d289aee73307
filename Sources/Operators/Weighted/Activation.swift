import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function applied to each element of a product, as fused operators name it in their attribute `activation`.
enum Activation: Sendable, Hashable {
  case none
  case clamp(ClosedRange<Float>)
  case leakyRelu(slope: Float)
  case sigmoid
  case tanh
  case hardSigmoid(slope: Float, offset: Float)

  /// Reads `activation` and the list of its parameters from the attribute of the given name.
  init(_ node: NodeReader, parameters: [Float]) throws(OperatorError) {
    func parameter(_ index: Int, _ value: Float) -> Float { index < parameters.count ? parameters[index] : value }
    switch try node.string("activation", default: "") {
    case "": self = .none
    case "Relu": self = .clamp(0...(.infinity))
    case "Clip":
      let (lower, upper) = (parameter(0, -.infinity), parameter(1, .infinity))
      guard lower <= upper else { throw .attribute("activation_params", "has limits \(lower) and \(upper)") }
      self = .clamp(lower...upper)
    case "LeakyRelu": self = .leakyRelu(slope: parameter(0, 0.01))
    case "Sigmoid": self = .sigmoid
    case "Tanh": self = .tanh
    case "HardSigmoid": self = .hardSigmoid(slope: parameter(0, 0.2), offset: parameter(1, 0.5))
    case let name:
      throw .unsupported("attribute \"activation\" is \"\(name)\", which is not fused here")
    }
  }

  /// The function of every element of a float32 tensor.
  func applied(to tensor: Tensor) -> Tensor {
    if self == .none { return tensor }
    let source = tensor.span(of: Float.self)
    return Tensor(tensor.shape, of: Float.self) { target in
      for index in source.indices { target[index] = source[index] }
      apply(to: &target)
    }
  }

  /// Applies the function in place.
  func apply(to elements: inout MutableSpan<Float>) {
    switch self {
    case .none: break
    case .clamp(let range):
      for index in elements.indices { elements[index] = elements[index].limited(to: range) }
    case .leakyRelu(let slope):
      for index in elements.indices where elements[index] < 0 { elements[index] *= slope }
    case .sigmoid:
      for index in elements.indices { elements[index] = elements[index].logistic }
    case .tanh:
      for index in elements.indices { elements[index] = tanhf(elements[index]) }
    case .hardSigmoid(let slope, let offset):
      for index in elements.indices { elements[index] = (slope * elements[index] + offset).limited(to: 0...1) }
    }
  }

  static let noLimits = -Float.infinity...Float.infinity

  /// The limits that a product's kernel can apply itself; nil where it cannot compute this function.
  var limits: ClosedRange<Float>? {
    switch self {
    case .none: Self.noLimits
    case .clamp(let range): range
    default: nil
    }
  }
}

extension Float {
  /// The nearest number in `range`. A NaN stays NaN.
  func limited(to range: ClosedRange<Float>) -> Float {
    self < range.lowerBound ? range.lowerBound : self > range.upperBound ? range.upperBound : self
  }

  /// 1 / (1 + e^−x), without overflow at either end.
  var logistic: Float {
    if self >= 0 { return 1 / (1 + expf(-self)) }
    let power = expf(self)
    return power / (1 + power)
  }
}
