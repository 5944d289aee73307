import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// An activation node as fused operators name its function.
struct FusedActivation {
  let name: String
  let parameters: [Float]
  /// Whether the operators of com.microsoft know it, too.
  let isStandard: Bool

  /// The function of a node; nil where no fused operator has it.
  init?(_ node: Node, constant: (ValueID?) -> Tensor?) {
    let inputs = node.inputs.count
    switch (node.operatorName.domain, node.operatorName.type) {
    case ("", "Relu"), ("", "Sigmoid"), ("", "Tanh"): self.init(node.operatorName.type)
    case ("", "LeakyRelu"): self.init("LeakyRelu", [node.float("alpha") ?? 0.01])
    case ("", "HardSigmoid"): self.init("HardSigmoid", [node.float("alpha") ?? 0.2, node.float("beta") ?? 0.5])
    case ("", "Clip"):
      guard let limits = Self.limits(of: node, constant: constant) else { return nil }
      self.init("Clip", limits)
    case ("", "Gelu"):
      self.init(node.string("approximate") == "tanh" ? "FastGelu" : "Gelu", isStandard: false)
    case ("com.microsoft", "Gelu"): self.init("Gelu", isStandard: false)
    case ("com.microsoft", "FastGelu") where inputs == 1: self.init("FastGelu", isStandard: false)
    case ("com.microsoft", "QuickGelu"): self.init("Swish", [node.float("alpha") ?? 1.702], isStandard: false)
    case ("", "Swish"): self.init("Swish", [node.float("alpha") ?? 1], isStandard: false)
    case ("", "HardSwish"), ("", "Mish"), ("", "Softplus"), (internalDomain, "HardSwish"), (internalDomain, "Mish"):
      self.init(node.operatorName.type, isStandard: false)
    case ("", "Elu"): self.init("Elu", [node.float("alpha") ?? 1], isStandard: false)
    default: return nil
    }
  }

  private init(_ name: String, _ parameters: [Float] = [], isStandard: Bool = true) {
    self.name = name
    self.parameters = parameters
    self.isStandard = isStandard
  }

  /// The attributes of the operators that take a list of parameters.
  var attributes: OrderedDictionary<String, Attribute> {
    ["activation": .string(Array(name.utf8)), "activation_params": .floats(parameters)]
  }

  /// The attributes of FusedGemm, which has two numbers in place of a list.
  var gemmAttributes: OrderedDictionary<String, Attribute> {
    var attributes: OrderedDictionary<String, Attribute> = ["activation": .string(Array(name.utf8))]
    for (name, value) in zip(["activation_alpha", "activation_beta"], parameters) { attributes[name] = .float(value) }
    return attributes
  }

  /// The bounds of a Clip: attributes before opset 11, then inputs, which must be constant.
  private static func limits(of node: Node, constant: (ValueID?) -> Tensor?) -> [Float]? {
    var limits: [Float] = []
    for (position, unbounded) in [-Float.infinity, Float.infinity].enumerated() {
      let attribute = node.float(position == 0 ? "min" : "max")
      guard position + 1 < node.inputs.count, let input = node.inputs[position + 1] else {
        limits.append(attribute ?? unbounded)
        continue
      }
      guard let limit = constant(input)?.firstFloat else { return nil }
      limits.append(limit)
    }
    return limits[0] <= limits[1] ? limits : nil
  }
}
