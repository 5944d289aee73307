/// Hands out names that no value of a model bears yet, the same ones for the same requests.
public struct NameAllocator: Sendable {
  private var taken: Set<String>

  public init(for model: Model) {
    taken = Set(model.values.map(\.name))
  }

  /// Returns `wanted`, or `wanted_1`, `wanted_2`… where it is taken, and takes it.
  public mutating func unique(_ wanted: String) -> String {
    var name = wanted
    var suffix = 0
    while !taken.insert(name).inserted {
      suffix += 1
      name = "\(wanted)_\(suffix)"
    }
    return name
  }
}
