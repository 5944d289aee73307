public import Tensors

/// Which tensors of a file without a graph become int8, told by their names, as the compressed-tensors format wants it
/// of the weights of linear layers.
///
/// The module of `model.layers.0.mlp.up_proj.weight` is `up_proj`; its words are `up` and `proj`.
public struct WeightRule: Sendable, Hashable {
  /// What the names of weights end with.
  public var suffix = ".weight"

  /// The modules whose weights stay as they are.
  public var exclusions: [Exclusion]

  /// Modules that keep their weights.
  public struct Exclusion: Sendable, Hashable {
    public let reason: TensorDecision.Reason
    /// What the name of a module may contain anywhere.
    public let fragments: [String]
    /// What one of the words of a module may be, apart from digits at its end.
    public let words: [String]
    /// Whole names of modules.
    public let modules: [String]
  }

  public init(exclusions: [Exclusion]) { self.exclusions = exclusions }

  /// The rule for language models and whatever else has linear layers.
  public static let standard = WeightRule(exclusions: [
    Exclusion(
      reason: .embedding, fragments: ["embed"], words: ["emb", "wte", "wpe"],
      modules: ["shared", "relative_attention_bias"]),
    Exclusion(reason: .normalization, fragments: ["norm"], words: ["ln", "bn"], modules: []),
    Exclusion(reason: .head, fragments: [], words: [], modules: ["lm_head"]),
  ])

  /// Why a tensor stays as it is; nil for one that becomes int8.
  public func reasonToKeep(_ name: String, type: DataType, shape: Shape) -> TensorDecision.Reason? {
    guard type == .float32 || type.isHalf else { return .type }
    guard name.hasSuffix(suffix) else { return .name }
    guard shape.rank == 2 else { return .rank }
    guard shape.count > 0 else { return .empty }
    return exclusion(of: name)
  }

  /// Whether a tensor of this name is a matrix that activations are multiplied by: the weight of a linear layer, of an
  /// output head, or of a recurrent layer (`weight_ih`, `weight_hh` and the like).
  public func isMultiplied(_ name: String, shape: Shape) -> Bool {
    guard shape.rank == 2, shape.count > 0 else { return false }
    let parameter = name.split(separator: ".").last ?? ""
    guard name.hasSuffix(suffix) || ["weight_ih", "weight_hh"].contains(where: parameter.hasPrefix) else {
      return false
    }
    return exclusion(of: name) ?? .head == .head
  }

  /// Why the module that a weight belongs to keeps it; nil where it does not.
  func exclusion(of name: String) -> TensorDecision.Reason? {
    let components = name.split(separator: ".").dropLast()
    guard let module = components.last?.lowercased() else { return nil }
    return exclusions.first { $0.matches(module) }?.reason
  }
}

extension WeightRule.Exclusion {
  func matches(_ module: String) -> Bool {
    if modules.contains(module) || fragments.contains(where: { module.contains($0) }) { return true }
    return module.split(separator: "_").contains { word in
      let letters = word.reversed().drop { $0.isNumber }.reversed()
      return words.contains(String(letters))
    }
  }
}

extension WeightRule: CustomStringConvertible {
  public var description: String {
    (["matrices of float32, float16 and bfloat16 named *\(suffix), but for"] + exclusions.map(\.description))
      .joined(separator: "\n  ")
  }
}

extension WeightRule.Exclusion: CustomStringConvertible {
  public var description: String {
    let patterns =
      fragments.map { "*\($0)*" } + words.map { "the word \($0)" } + modules
    return "\(reason): \(patterns.joined(separator: ", "))"
  }
}
