import Kernels
import ModelGraph
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Activation {
  /// Reads `activation`, the attribute in which fused operators name a function of each element of their result. Its
  /// parameters come from attributes that differ between operators.
  ///
  /// Those of com.microsoft know fewer functions than ours.
  init(_ node: NodeReader, parameters: [Float]) throws(OperatorError) {
    func parameter(_ index: Int, _ value: Float) -> Float { index < parameters.count ? parameters[index] : value }
    let name = try node.string("activation", default: "")
    switch name {
    case "": self = .none
    case "Relu": self = .clamp(0...(.infinity))
    case "Clip":
      let (lower, upper) = (parameter(0, -.infinity), parameter(1, .infinity))
      guard lower <= upper else { throw .attribute("activation_params", "has limits \(lower) and \(upper)") }
      self = .clamp(lower...upper)
    case "LeakyRelu": self = .function(.leakyRelu(slope: parameter(0, 0.01)))
    case "Sigmoid": self = .function(.sigmoid)
    case "Tanh": self = .function(.tanh)
    case "HardSigmoid": self = .function(.hardSigmoid(slope: parameter(0, 0.2), offset: parameter(1, 0.5)))
    default:
      guard node.node.operatorName.domain != "com.microsoft",
        let function = Self.internalFunction(name, factor: parameter(0, 1))
      else { throw .unsupported("attribute \"activation\" is \"\(name)\", which is not fused here") }
      self = .function(function)
    }
  }

  private static func internalFunction(_ name: String, factor: Float) -> UnaryFunction? {
    switch name {
    case "Gelu": .gelu
    case "FastGelu": .geluTanh
    case "Swish": .silu(factor: factor)
    case "HardSwish": .hardSwish
    case "Mish": .mish
    case "Softplus": .softplus
    case "Elu": .elu(factor: factor)
    default: nil
    }
  }

  /// The function of every element of a float32 tensor.
  func applied(to tensor: Tensor, compute: Compute) -> Tensor {
    guard let kernel else { return tensor }
    let source = tensor.span(of: Float.self)
    return Tensor(tensor.shape, of: Float.self) { compute.apply(kernel, to: source, into: &$0) }
  }

  /// Applies the function in place.
  func apply(to elements: inout MutableSpan<Float>, compute: Compute) {
    if let kernel { compute.apply(kernel, inPlace: &elements) }
  }

  /// The kernel that computes the function; nil where there is nothing to compute.
  var kernel: UnaryFunction? {
    switch self {
    case .none: nil
    case .clamp(let range): .clip(lowest: range.lowerBound, highest: range.upperBound)
    case .function(let function): function
    }
  }
}

extension NodeReader {
  /// The function that the engine has fused into this node, its parameters being in `activation_params`.
  var fusedActivation: Activation {
    get throws(OperatorError) { try Activation(self, parameters: try floats("activation_params") ?? []) }
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
