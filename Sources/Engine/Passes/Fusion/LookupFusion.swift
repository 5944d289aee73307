public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns functions between a DequantizeLinear and a QuantizeLinear of 8 bits into lookups in a table.
///
/// What is computed from one quantized value alone, element by element and with constant parameters, has only 256
/// different results. They are worked out once, by the operators that they replace, so that they are the same bit for
/// bit. Several quantized operators that make one such function, as a QLinearSigmoid and a QLinearMul make a SiLU, are
/// looked up together.
public struct LookupFusion: GraphPass {
  public let name = "lookup-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard let function = rewriter.byteFunction(endingAt: index) ?? rewriter.quantizedFunction(endingAt: index),
        let table = rewriter.table(of: function, context)
      else { return }
      let node = Node(
        name: rewriter.nodes[index].name, OperatorName("ByteLookup", domain: internalDomain),
        inputs: [function.argument, rewriter.addConstant(table)], outputs: [])
      rewriter.replace(index, by: node, absorbing: function.nodes)
    }
  }
}

/// A function from 8-bit integers to 8-bit integers.
private struct ByteFunction {
  /// The quantized value that it is a function of.
  let argument: ValueID
  /// uint8 or int8.
  let type: DataType
  /// Its nodes in order: every DequantizeLinear of the argument first, the QuantizeLinear last.
  let nodes: [Int]
}

extension BodyRewriter {
  /// More nodes than any function is written with.
  private static let largestFunction = 16

  /// The function whose QuantizeLinear is at `index`.
  fileprivate func byteFunction(endingAt index: Int) -> ByteFunction? {
    guard isPerTensor("QuantizeLinear", index), let last = nodes[index].inputs[0] else { return nil }
    var found: Set<Int> = [index]
    var argument: (value: ValueID, type: DataType)?
    var pending = [last]
    while let value = pending.popLast() {
      guard found.count < Self.largestFunction, let producer = producer(of: value) else { return nil }
      if !found.insert(producer).inserted { continue }
      if let source = quantizedArgument(of: producer) {
        guard argument == nil || argument! == source else { return nil }
        argument = source
      } else {
        guard let arguments = arguments(of: producer) else { return nil }
        pending += arguments
      }
    }
    return argument.map { ByteFunction(argument: $0.value, type: $0.type, nodes: found.sorted()) }
  }

  /// The function that several quantized operators make, the last of which is at `index`.
  fileprivate func quantizedFunction(endingAt index: Int) -> ByteFunction? {
    guard var arguments = quantizedArguments(of: index) else { return nil }
    var found: Set<Int> = [index]
    // What several values are computed from lies before the last of these.
    while arguments.count > 1 {
      guard found.count < Self.largestFunction, let last = arguments.compactMap({ producer(of: $0) }).max(),
        let before = quantizedArguments(of: last)
      else { return nil }
      found.insert(last)
      arguments = arguments.subtracting(nodes[last].outputs.compactMap { $0 }).union(before)
    }
    guard found.count > 1, let argument = arguments.first, let type = type(of: argument, readBy: found) else {
      return nil
    }
    return ByteFunction(argument: argument, type: type, nodes: found.sorted())
  }

  /// The 8-bit values that a quantized operator computes each element of its result from, all else being constant.
  private func quantizedArguments(of index: Int) -> Set<ValueID>? {
    let node = nodes[index]
    guard let positions = Self.quantizedFunctions[node.operatorName], node.outputs.count == 1 else { return nil }
    for (position, input) in node.inputs.enumerated() where !positions.contains(position) && input != nil {
      guard let parameter = constant(input), parameter.count == 1 || node.operatorName == Self.lookup else {
        return nil
      }
    }
    let arguments = positions.compactMap { node.inputs[$0] }
    return arguments.count == positions.count && !arguments.contains { constant($0) != nil } ? Set(arguments) : nil
  }

  private static let lookup = OperatorName("ByteLookup", domain: internalDomain)

  /// Where quantized operators that work element by element have their data. Behind each the others have its scale and
  /// its zero point.
  private static let quantizedFunctions: [OperatorName: [Int]] = [
    lookup: [0],
    OperatorName("QLinearAdd", domain: "com.microsoft"): [0, 3],
    OperatorName("QLinearLeakyRelu", domain: "com.microsoft"): [0],
    OperatorName("QLinearMul", domain: "com.microsoft"): [0, 3],
    OperatorName("QLinearSigmoid", domain: "com.microsoft"): [0],
  ]

  /// The type of an 8-bit value that some of these nodes read, as a zero point has it; nil where none does.
  private func type(of argument: ValueID, readBy found: Set<Int>) -> DataType? {
    for index in found where nodes[index].operatorName != Self.lookup {
      guard let position = nodes[index].inputs.firstIndex(of: argument) else { continue }
      return constant(nodes[index].inputs[position + 2])?.type
    }
    return model[argument].type
  }

  /// Whether a node is of this type and has one constant scale and zero point.
  private func isPerTensor(_ type: String, _ index: Int) -> Bool {
    let node = nodes[index]
    return node.isStandardOrContrib(type) && constant(node.inputs[1])?.count == 1
      && node.inputs.dropFirst(2).allSatisfy { $0 == nil || constant($0)?.count == 1 }
  }

  /// What a DequantizeLinear reads, and its type; nil for any other node.
  private func quantizedArgument(of index: Int) -> (value: ValueID, type: DataType)? {
    guard isPerTensor("DequantizeLinear", index), let value = nodes[index].inputs[0], constant(value) == nil,
      let type = nodes[index].inputs.count > 2 ? constant(nodes[index].inputs[2])?.type : model[value].type,
      type == .uint8 || type == .int8
    else { return nil }
    return (value, type)
  }

  /// The inputs that a node computes each element of its result from; nil where its result depends on more than these
  /// and single numbers.
  private func arguments(of index: Int) -> [ValueID]? {
    let node = nodes[index]
    guard node.outputs.count == 1, let first = node.inputs.first ?? nil else { return nil }
    if FusedActivation(node, constant: { constant($0)?.widened(compute) }) != nil { return [first] }
    guard node.operatorName.domain.isEmpty else { return nil }
    if Self.functions.contains(node.operatorName.type), node.inputs.count == 1 { return [first] }
    guard Self.arithmetic.contains(node.operatorName.type), node.inputs.count == 2, let second = node.inputs[1] else {
      return nil
    }
    if scalar(second, with: first) != nil { return [first] }
    if scalar(first, with: second) != nil { return [second] }
    return constant(first) == nil && constant(second) == nil ? [first, second] : nil
  }

  private static let functions: Set<String> = [
    "Abs", "Elu", "Erf", "Exp", "Identity", "Log", "Mish", "Neg", "Reciprocal", "Selu", "Softsign", "Sqrt",
  ]

  private static let arithmetic: Set<String> = ["Add", "Div", "Max", "Min", "Mul", "Pow", "Sub"]

  /// The results of a function by the bits of its argument.
  fileprivate func table(of function: ByteFunction, _ context: PassContext) -> Tensor? {
    var model = model
    let bits = Tensor([256], (0...255).map { UInt8($0) }).reinterpreted(as: function.type)
    let everything = model.add(Value(name: "", type: function.type, constant: bits))
    let steps = function.nodes.map { index in
      var node = nodes[index]
      node.inputs = node.inputs.map { $0 == function.argument ? everything : $0 }
      return node
    }
    guard function.type == .uint8 || function.type == .int8, let result = steps.last?.outputs[0],
      let table = model.evaluate(steps, results: [result], context)?.first,
      table.count == 256, table.type == .uint8 || table.type == .int8
    else { return nil }
    return table
  }
}
