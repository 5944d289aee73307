public import ModelGraph
import OrderedCollections
import Operators
import Tensors

/// Widens half-precision constants to float32 where operators compute in float32 anyway.
///
/// The results are the same: the compiler would widen them all the same, but only after the folding passes, which look
/// for float32. Constants of operators that only move elements stay as they are. So do the matrices of products, because
/// their kernels read half the bytes and widen on the fly, unless all matrices together are so small that float32 ones
/// stay in the cache from one run to the next.
public struct HalfConstantWidening: GraphPass {
  public let name = "half-constant-widening"
  public init() {}

  /// The most elements of matrices that are widened: as float32 they take a part of the L2 cache.
  public static let mostCachedElements = 256 * 1024

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    let keepsMatrices = Self.matrixElements(of: model) > Self.mostCachedElements
    try model.rewriteBodies { body, model in
      var widened: OrderedDictionary<ValueID, ValueID> = [:]
      for index in body.nodes.indices {
        let node = body.nodes[index]
        let version = model.opsets[node.operatorName.domain] ?? 1
        guard let type = context.registry.find(node.operatorName, version: version), !type.schema.acceptsHalf else {
          continue
        }
        for (position, input) in node.inputs.enumerated() {
          if keepsMatrices, Self.isMatrix(position, of: node, model) { continue }
          guard let input, let constant = model[input].constant, constant.type.isHalf else { continue }
          let replacement = widened[input] ?? model.add(model[input].widened(constant, context))
          widened[input] = replacement
          body.nodes[index].inputs[position] = replacement
        }
      }
      body.initializers += widened.values
    }
  }

  /// The elements of all constants that may be such a matrix.
  private static func matrixElements(of model: Model) -> Int {
    model.values.lazy.compactMap(\.constant).reduce(0) { $0 + ($1.isHalfMatrix ? $1.count : 0) }
  }

  /// Whether an input is a matrix that kernels read in half precision.
  private static func isMatrix(_ position: Int, of node: Node, _ model: Model) -> Bool {
    let products: Set = ["MatMul", "Gemm", "FusedMatMul", "FusedGemm"]
    return position == 1 && products.contains(node.operatorName.type)
      && node.inputs[1].flatMap { model[$0].constant }?.isHalfMatrix == true
  }
}

extension Tensor {
  fileprivate var isHalfMatrix: Bool { type.isHalf && shape.rank == 2 }
}

extension Value {
  fileprivate func widened(_ constant: Tensor, _ context: PassContext) -> Value {
    var value = self
    value.constant = constant.widened(context.compute)
    value.type = .float32
    return value
  }
}
