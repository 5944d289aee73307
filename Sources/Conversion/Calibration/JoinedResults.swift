import Engine
public import ModelGraph
import Operators
import OrderedCollections
import Tensors

/// Convolutions whose results are only joined along their channels.
///
/// A session computes such convolutions where they belong in the joined result, as long as nobody looks at the parts. So
/// calibration looks at the joined result, channel by channel.
public struct JoinedResult: Sendable, Hashable {
  /// The joined result.
  public let value: ValueID
  /// What is joined, in order.
  public let parts: [Part]
  /// What a session calls the node.
  let nodeName: String

  public struct Part: Sendable, Hashable {
    public let value: ValueID
    public let channels: Int
  }
}

extension QuantizationPlanner {
  /// The joined results whose parts are all among `observed`.
  func joinedResults(of observed: Set<ValueID>) -> [JoinedResult] {
    let joins = model.main.nodes.indices.filter { model.main.nodes[$0].operatorName == OperatorName("Concat") }
    let names = Dictionary(joins.map { (sessionName(of: $0), 1) }, uniquingKeysWith: +)
    return joins.compactMap { index in
      let name = sessionName(of: index)
      guard names[name] == 1, let value = model.main.nodes[index].outputs[0], !observed.contains(value),
        let parts = joinedParts(at: index), parts.allSatisfy({ observed.contains($0.value) })
      else { return nil }
      return JoinedResult(value: value, parts: parts, nodeName: name)
    }
  }

  private func joinedParts(at index: Int) -> [JoinedResult.Part]? {
    let node = model.main.nodes[index]
    guard case .int(let axis)? = node.attributes["axis"], axis == 1 || axis == -3 else { return nil }
    var parts: [JoinedResult.Part] = []
    for input in node.inputs {
      guard let input, uses.soleConsumer(of: input) == index, let weight = convolutionWeight(behind: input) else {
        return nil
      }
      parts.append(JoinedResult.Part(value: input, channels: weight[0]))
    }
    return parts.count > 1 ? parts : nil
  }

  /// The shape of the constant weight of the convolution of images that gives `value`, directly or through a clamp.
  private func convolutionWeight(behind value: ValueID) -> Shape? {
    guard var producer = uses.producer[value] else { return nil }
    if let input = model.main.nodes[producer].inputs.first, let input, clamp(after: input) == producer,
      let convolution = uses.producer[input]
    {
      producer = convolution
    }
    let node = model.main.nodes[producer]
    guard node.operatorName == OperatorName("Conv"), let weight = node.inputs[1].flatMap({ model[$0].constant?.shape })
    else { return nil }
    return weight.rank == 4 ? weight : nil
  }

  /// The name by which a session lists a node.
  private func sessionName(of index: Int) -> String {
    let node = model.main.nodes[index]
    return node.name.isEmpty ? node.outputs.lazy.compactMap(\.self).first.map { model[$0].name } ?? "" : node.name
  }
}
