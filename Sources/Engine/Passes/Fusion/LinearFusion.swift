public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Fuses an Add into the matrix product before it: `MatMul → Add` becomes the internal operator Linear, and
/// `MatMulIntegerToFloat → Add` IntegerLinear.
///
/// A constant row joins the product as its bias. Any other operand becomes its addend, as a residual connection is;
/// the operator itself sees at run time whether the shapes let the kernel add it. A Gemm that has its bias already takes an
/// addend only. The right-hand matrix must be constant, and nothing else may use the product.
public struct LinearFusion: GraphPass {
  public let name = "linear-fusion"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteNodes(context) { index, rewriter in
      guard rewriter.nodes[index].operatorName == OperatorName("Add") else { return }
      var operands = rewriter.operands(of: rewriter.nodes[index])
      // The later product takes the other one as its addend.
      operands.sort { rewriter.producer(of: $0.0) ?? -1 > rewriter.producer(of: $1.0) ?? -1 }
      for (product, addend) in operands {
        guard product != addend, let producer = rewriter.producer(of: product), rewriter.isUsedOnce(product),
          let fused = rewriter.sum(of: rewriter.nodes[producer], addend)
        else { continue }
        return rewriter.replace(index, by: fused, absorbing: [producer])
      }
    }
  }
}

extension BodyRewriter {
  /// A product with a summand in it; nil where it cannot take it.
  fileprivate func sum(of product: Node, _ summand: ValueID) -> Node? {
    if var fused = linear(from: product) { return add(summand, to: &fused) ? fused : nil }
    if var fused = integerLinear(from: product) { return addInteger(summand, to: &fused) ? fused : nil }
    return nil
  }

  /// Whether the weights of a product are a constant matrix that is computed with in float32.
  func hasFloatWeights(_ node: Node) -> Bool {
    guard node.inputs.count > 1, let weight = constant(node.inputs[1]) else { return false }
    return weight.shape.rank == 2 && (weight.type == .float32 || weight.type.isHalf)
  }

  /// The node as a Linear without activation; nil where it is no such product.
  func linear(from node: Node) -> Node? {
    guard hasFloatWeights(node), let weight = constant(node.inputs[1]) else { return nil }
    var linear = node
    linear.operatorName = OperatorName("Linear", domain: internalDomain)
    switch (node.operatorName.domain, node.operatorName.type) {
    case (internalDomain, "Linear"): return node.attributes["activation"] == nil ? node : nil
    case ("", "MatMul"): return linear
    case ("", "Gemm"):
      guard (node.int("transA") ?? 0) == 0, (node.float("alpha") ?? 1) == 1, (node.float("beta") ?? 1) == 1 else {
        return nil
      }
      let transposes = (node.int("transB") ?? 0) != 0
      if node.inputs.count > 2, let bias = node.inputs[2] {
        guard isRow(constant(bias), columns: weight.shape[transposes ? 0 : 1]), constant(bias)!.shape.rank <= 2 else {
          return nil
        }
      }
      linear.attributes = ["gemm": .int(1), "transB": .int(transposes ? 1 : 0)]
      return linear
    default: return nil
    }
  }

  /// A product of quantized matrices as an IntegerLinear without activation; nil where it is no such product.
  func integerLinear(from node: Node) -> Node? {
    var linear = node
    linear.operatorName = OperatorName("IntegerLinear", domain: internalDomain)
    guard
      node.operatorName == linear.operatorName
        || node.operatorName == OperatorName("MatMulIntegerToFloat", domain: "com.microsoft"),
      node.attributes["activation"] == nil, constant(node.inputs[1])?.shape.rank == 2,
      constant(node.inputs[2])?.type == .float32
    else { return nil }
    return linear
  }

  /// Gives an IntegerLinear one more summand; false where it cannot take it.
  private func addInteger(_ summand: ValueID, to linear: inout Node) -> Bool {
    let isBias = constant(summand).map { $0.type == .float32 && $0.shape == [constant(linear.inputs[1])!.shape[1]] }
    return place(summand, in: &linear, bias: 6, isBias: isBias ?? false)
  }

  /// Puts a summand at the input for the bias, or else at the one behind it; false where the place is taken.
  private func place(_ summand: ValueID, in linear: inout Node, bias: Int, isBias: Bool) -> Bool {
    while linear.inputs.count < bias + 2 { linear.inputs.append(nil) }
    guard linear.inputs[bias + 1] == nil, !isBias || linear.inputs[bias] == nil else { return false }
    linear.inputs[isBias ? bias : bias + 1] = summand
    while linear.inputs.last == .some(nil) { linear.inputs.removeLast() }
    return true
  }

  /// Gives a Linear one more summand; false where it cannot take it.
  fileprivate func add(_ summand: ValueID, to linear: inout Node) -> Bool {
    let weight = constant(linear.inputs[1])!
    let columns = weight.shape[(linear.int("transB") ?? 0) != 0 ? 0 : 1]
    return place(summand, in: &linear, bias: 2, isBias: isRow(constant(summand), columns: columns))
  }

  /// Whether a constant holds one number for each column, or one for all.
  private func isRow(_ constant: Tensor?, columns: Int) -> Bool {
    guard let constant, constant.type == .float32 || constant.type.isHalf else { return false }
    let width = constant.shape.dimensions.last ?? 1
    return constant.count == width && (width == columns || width == 1)
  }
}
