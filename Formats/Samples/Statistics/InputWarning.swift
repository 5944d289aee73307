import FormatKit
import Tensors

/// Something about samples that their owner should look at before trusting results that rest on them.
public struct InputWarning: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// Some elements are NaN or infinite.
    case notFinite
    /// All elements are equal.
    case constant
    /// Mean or spread lies far outside those of the other samples.
    case unlikeTheRest
  }

  public let kind: Kind
  /// The name of the input.
  public let input: String
  /// Which samples, counted from 0.
  public let samples: [Int]
  /// One line for the owner of the data.
  public let description: String

  /// The warnings about the samples of one input. Only floating-point data is judged: constant masks and identifiers
  /// are common among integers.
  static func all(_ input: InputSpecification, _ samples: [ElementStatistics]) -> [InputWarning] {
    guard input.type.isFloatingPoint else { return [] }
    let typical = TypicalSample(samples)
    var warnings: [InputWarning] = []
    func warn(_ kind: Kind, where isAffected: (ElementStatistics) -> Bool, _ words: (Int) -> String) {
      let affected = samples.indices.filter { isAffected(samples[$0]) }
      guard let first = affected.first else { return }
      let line = "input \(quoted(input.name)), \(list(affected, of: samples.count)): \(words(first))"
      warnings.append(InputWarning(kind: kind, input: input.name, samples: affected, description: line))
    }
    warn(.notFinite, where: { !$0.isFinite }) { _ in "NaN or infinity among the elements" }
    warn(.constant, where: \.isConstant) { _ in "all elements are equal" }
    if let typical {
      warn(.unlikeTheRest, where: typical.isUnlike) {
        "unlike the rest: \(typical.comparison(samples[$0], number: $0))"
      }
    }
    return warnings
  }

  /// `sample 3`, `samples 3, 5, 6, 7, 8 and 4 more`, `all 20 samples`.
  private static func list(_ samples: [Int], of count: Int) -> String {
    let limit = 5
    if samples.count == 1 { return "sample \(samples[0])" }
    if samples.count == count { return "all \(count) samples" }
    let shown = samples.prefix(limit).map(String.init).joined(separator: ", ")
    return samples.count > limit ? "samples \(shown) and \(samples.count - limit) more" : "samples \(shown)"
  }
}
