import ModelGraph
import OrderedCollections
import Tensors

/// A product of values and a number, found in a tree of Mul, Div and Pow nodes.
struct Factors {
  var number = 1.0
  var values: [ValueID] = []
  /// The nodes of the tree.
  var nodes: [Int] = []

  /// Whether the number is this one, up to the rounding of the constants that it came from.
  func isNumber(_ expected: Double, within tolerance: Double) -> Bool {
    abs(number - expected) <= tolerance * abs(expected)
  }
}

extension BodyRewriter {
  /// A constant of one floating-point element that does not raise the rank of what it meets; nil for any other value.
  ///
  /// - Parameter operand: The value that the constant is combined with.
  func scalar(_ value: ValueID?, with operand: ValueID?) -> Double? {
    guard let constant = constant(value), constant.count == 1, constant.type == .float32 || constant.type.isHalf,
      constant.shape.rank == 0 || constant.shape.rank <= leastRank(of: operand)
    else { return nil }
    return constant.widened(compute).firstFloat.map(Double.init)
  }

  /// How far a product of constants may lie from the number that it stands for: the rounding of their precision.
  ///
  /// That is the lowest one which holds them all, because constants of a file in half precision may have been widened.
  func tolerance(ofConstantsIn group: [Int]) -> Double {
    let numbers = group.flatMap { nodes[$0].inputs.compactMap { constant($0)?.widened(compute) } }
      .filter { $0.type == .float32 && $0.count == 1 }
    func areAll(_ type: DataType) -> Bool {
      numbers.allSatisfy { $0.firstFloat == $0.narrowed(to: type, compute).widened(compute).firstFloat }
    }
    return areAll(.bfloat16) ? 0x1p-7 : areAll(.float16) ? 0x1p-10 : 1e-6
  }

  /// The factors of a value; `value` itself where it is no product. Products that are used elsewhere are not opened,
  /// save that of `value`.
  func factors(of value: ValueID) -> Factors {
    var factors = Factors()
    var pending: [(value: ValueID, isRoot: Bool)] = [(value, true)]
    while let (value, isRoot) = pending.popLast() {
      guard isRoot || isUsedOnce(value), let index = producer(of: value, "Mul", "Div", "Pow"),
        let opened = open(index, &factors)
      else {
        factors.values.append(value)
        continue
      }
      factors.nodes.append(index)
      pending += opened.map { ($0, false) }
    }
    return factors
  }

  /// The operands of a product, its constants being multiplied into `factors`; nil where it is no product.
  private func open(_ index: Int, _ factors: inout Factors) -> [ValueID]? {
    let node = nodes[index]
    guard node.inputs.count == 2, let left = node.inputs[0], let right = node.inputs[1] else { return nil }
    switch node.operatorName.type {
    case "Mul":
      for (number, operand) in [(left, right), (right, left)] {
        guard let scalar = scalar(number, with: operand) else { continue }
        factors.number *= scalar
        return [operand]
      }
      return [left, right]
    case "Div":
      guard let scalar = scalar(right, with: left), scalar != 0 else { return nil }
      factors.number /= scalar
      return [left]
    default:
      guard let exponent = scalar(right, with: left), exponent == 2 || exponent == 3 else { return nil }
      return [ValueID](repeating: left, count: Int(exponent))
    }
  }

  /// The operand of an Add whose other one is this number.
  func operand(ofSum value: ValueID, with number: Double) -> (operand: ValueID, node: Int)? {
    guard let index = producer(of: value, "Add") else { return nil }
    for (operand, constant) in operands(of: nodes[index]) where scalar(constant, with: operand) == number {
      return (operand, index)
    }
    return nil
  }

  /// The input of a node of this type that produces `value`.
  func operand(of value: ValueID, through type: String) -> (operand: ValueID, node: Int)? {
    guard let index = producer(of: value, type), nodes[index].inputs.count == 1, let input = nodes[index].inputs[0]
    else { return nil }
    return (input, index)
  }

  /// A number of axes that a value has at the least, as far as the nodes before it tell; 0 where they tell nothing.
  func leastRank(of value: ValueID?, depth: Int = 8) -> Int {
    guard let value else { return 0 }
    if let constant = constant(value) { return constant.shape.rank }
    guard depth > 0, let index = producer(of: value), nodes[index].outputs[0] == value else { return 0 }
    let inputs = nodes[index].inputs
    func rank(_ input: Int) -> Int { leastRank(of: input < inputs.count ? inputs[input] : nil, depth: depth - 1) }
    switch nodes[index].operatorName.type {
    case "Add", "Sub", "Mul", "Div": return max(rank(0), rank(1))
    case "ReduceMean": return nodes[index].int("keepdims") == 0 ? 0 : max(rank(0), 1)
    case "MatMul": return constant(inputs[1]).map { $0.shape.rank >= 2 ? rank(0) : 0 } ?? 0
    case "Linear": return max(rank(0), rank(2), rank(3))
    case "Transpose":
      if case .ints(let order)? = nodes[index].attributes["perm"] { return order.count }
      return rank(0)
    case "Conv", "FusedConv", "MaxPool", "AveragePool": return 3
    case "Gemm", "FusedGemm": return 2
    case "Relu", "Sigmoid", "Tanh", "Erf", "Softmax", "LayerNormalization", "Normalization", "Identity", "Cast":
      return rank(0)
    default: return 0
    }
  }
}
