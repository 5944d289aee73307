public import Engine
public import ModelGraph
import OrderedCollections

/// Raises the version of ai.onnx to a newer one, rewriting the nodes whose operator changed on the way.
///
/// Per-channel DequantizeLinear, for one, exists from version 13 on. Models of version 7 and newer can be raised to 13.
public struct OpsetUpgrade: GraphPass {
  public let name = "opset-upgrade"
  /// The version to reach, at most 13; a model that is newer stays as it is.
  public let version: Int

  public init(to version: Int) {
    precondition(version <= 13, "no adapters beyond opset 13")
    self.version = version
  }

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    let current = model.opset
    guard current < version else { return }
    guard current >= 7 else {
      throw EngineError("opset \(current) of ai.onnx is older than 7 and cannot be raised to \(version)")
    }
    var editor = GraphEditor(model)
    var main = model.main
    var failure: EngineError?
    main.rewriteBodies { body in
      guard failure == nil else { return }
      do throws(EngineError) { try raise(&body, from: current, &editor) } catch { failure = error }
    }
    if let failure { throw failure }
    model = editor.model
    model.main = main
    model.opsets[""] = version
  }

  private func raise(_ body: inout Body, from current: Int, _ editor: inout GraphEditor) throws(EngineError) {
    var nodes: [Node] = []
    let adapters = OpsetAdapter.all.filter { current < $0.version && $0.version <= version }
    for (index, node) in body.nodes.enumerated() {
      var current = [node]
      for adapter in adapters { current = try adapt(current, with: adapter, at: index, &editor) }
      nodes += current
    }
    body.nodes = nodes
    body.initializers += editor.takeConstants()
  }

  private func adapt(
    _ nodes: [Node], with adapter: OpsetAdapter, at index: Int, _ editor: inout GraphEditor
  ) throws(EngineError) -> [Node] {
    var adapted: [Node] = []
    for node in nodes {
      guard node.operatorName == OperatorName(adapter.operatorType) else {
        adapted.append(node)
        continue
      }
      do throws(AdapterError) { adapted += try adapter.adapt(node, &editor) } catch {
        throw EngineError(
          location: EngineError.describe(node, at: index),
          "cannot be raised to opset \(version): \(error.message)")
      }
    }
    return adapted
  }
}

/// How the nodes of one operator change in one version of ai.onnx.
struct OpsetAdapter: Sendable {
  let operatorType: String
  /// The version that brought the change.
  let version: Int
  let adapt: @Sendable (Node, inout GraphEditor) throws(AdapterError) -> [Node]

  /// All changes that matter between versions 7 and 13, oldest first.
  static let all: [OpsetAdapter] = (windowAdapters + attributeAdapters + softmaxAdapters)
    .sorted { ($0.version, $0.operatorType) < ($1.version, $1.operatorType) }
}

struct AdapterError: Error {
  let message: String
}
