import Kernels
public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Turns a Cast to half precision whose result is only read by operators that compute in float32 into one that rounds
/// and returns float32, so that memory is not passed over again to widen what was just narrowed. A ConstantOfShape in
/// half precision that is read so becomes one in float32.
///
/// Between the two, elements may be moved about. The results are the same to the bit, whatever the type of the input.
/// A node stays whose elements leave the body or are used within a nested one.
public struct HalfRoundTripFolding: GraphPass {
  public let name = "half-round-trip-folding"
  public init() {}

  public func apply(to model: inout Model, _ context: PassContext) throws(EngineError) {
    try model.rewriteBodies { body, model in
      let readers = HalfReaders(body, model, context)
      for index in body.nodes.indices {
        guard readers.isKnown(index), let node = body.nodes[index].returningFloat32(context.compute),
          let result = node.outputs[0], let values = readers.valuesReadInFloat32(from: result)
        else { continue }
        body.nodes[index] = node
        for value in values where model[value].type != nil { model[value].type = .float32 }
      }
    }
  }
}

extension Node {
  /// A node whose result has the same values in float32; nil where this one does not bring values to half precision.
  fileprivate func returningFloat32(_ compute: Compute) -> Node? {
    var node = self
    switch operatorName {
    case OperatorName("Cast"):
      guard let number = int("to"), DataType(rawValue: Int32(truncatingIfNeeded: number))?.isHalf == true else {
        return nil
      }
      node.operatorName = OperatorName("HalfRounding", domain: internalDomain)
    case OperatorName("ConstantOfShape"):
      guard case .tensor(let value)? = attributes["value"], value.type.isHalf else { return nil }
      node.attributes["value"] = .tensor(value.widened(compute))
    default: return nil
    }
    return node
  }
}

/// What is known of the nodes of a body that read values in half precision.
private struct HalfReaders {
  private let nodes: [Node]
  /// Nil where the operator does not exist in the model's versions.
  private let schemas: [OperatorSchema?]
  private let uses: Uses
  /// The values that must keep their type: those that leave the body or are used within a nested one.
  private let fixed: Set<ValueID>

  init(_ body: Body, _ model: Model, _ context: PassContext) {
    nodes = body.nodes
    schemas = nodes.map { node in
      context.registry.find(node.operatorName, version: model.opsets[node.operatorName.domain] ?? 1)?.schema
    }
    uses = Uses(of: body)
    fixed = uses.outputs.union(nodes.flatMap(\.captures))
  }

  func isKnown(_ index: Int) -> Bool { schemas[index] != nil }

  /// The value and those that hold elements of it; nil unless all that reads them computes in float32, or asks for the
  /// shape alone.
  func valuesReadInFloat32(from value: ValueID) -> Set<ValueID>? {
    var values: Set<ValueID> = []
    var pending = [value]
    while let value = pending.popLast() {
      guard !fixed.contains(value) else { return nil }
      guard values.insert(value).inserted else { continue }
      for index in uses.consumers[value] ?? [] {
        guard let schema = schemas[index] else { return nil }
        let type = nodes[index].operatorName
        if !schema.acceptsHalf || Self.measuring.contains(type) { continue }
        guard Self.moving.contains(type) else { return nil }
        pending += nodes[index].outputs.compactMap { $0 }
      }
    }
    return values
  }

  /// Operators that return elements of their first input and take no other floating-point numbers.
  private static let moving = Set(
    [
      "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose",
      "Unsqueeze",
    ].map { OperatorName($0) })

  /// Operators whose result does not depend on the type of their input.
  private static let measuring = Set(["Shape", "Size"].map { OperatorName($0) })
}
