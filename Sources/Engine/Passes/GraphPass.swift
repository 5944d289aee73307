public import Kernels
public import ModelGraph
public import Operators
import OrderedCollections

/// A rewrite of a model that keeps what it computes.
///
/// Passes are values, applied in the order of a list, so that each can be tested and left out by itself.
public protocol GraphPass: Sendable {
  /// What reports call the pass.
  var name: String { get }

  /// Rewrites `model`. Throws only where the model is not well formed.
  func apply(to model: inout Model, _ context: PassContext) throws(EngineError)
}

/// What passes may need: the operators, and something to run them on.
public struct PassContext: Sendable {
  public let registry: OperatorRegistry
  public let compute: Compute

  public init(registry: OperatorRegistry, compute: Compute) {
    self.registry = registry
    self.compute = compute
  }

  /// Whether the operator of a node exists in the model's version of its domain. Older versions may mean something else by
  /// the same name.
  func knows(_ node: Node, in model: Model) -> Bool {
    registry.find(node.operatorName, version: model.opsets[node.operatorName.domain] ?? 1) != nil
  }
}

extension Model {
  /// Rewrites every body of the model, innermost first, with access to the table of values.
  mutating func rewriteBodies(
    _ rewrite: (inout Body, inout Model) throws(EngineError) -> Void
  ) throws(EngineError) {
    var body = main
    main = Body()
    var failure: EngineError?
    body.rewriteBodies { inner in
      guard failure == nil else { return }
      do throws(EngineError) { try rewrite(&inner, &self) } catch { failure = error }
    }
    main = body
    if let failure { throw failure }
  }
}
