import Tensors

/// An Einstein summation, `ij,jk->ik`, for operands of known rank.
struct EinsumEquation {
  /// An index of the summation: a letter, or an axis of the ellipsis counted from its end.
  enum Index: Hashable {
    case letter(UInt8)
    case ellipsis(Int)
  }

  /// The index of each axis of each operand.
  let operands: [[Index]]
  /// The index of each axis of the result.
  let result: [Index]

  init(_ equation: String, ranks: [Int]) throws(OperatorError) {
    let symbols = equation.utf8.filter { $0 != UInt8(ascii: " ") }
    let sides = symbols.split(separator: Array("->".utf8), omittingEmptySubsequences: false)
    guard sides.count <= 2 else { throw Self.malformed(equation) }
    let terms = sides[0].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard terms.count == ranks.count else {
      throw .attribute("equation", "is \"\(equation)\", which does not fit \(ranks.count) inputs")
    }
    var operands: [[Index]] = []
    for (term, rank) in zip(terms, ranks) { operands.append(try Self.indices(Array(term), rank: rank, equation)) }
    self.operands = operands
    let ellipsisRank = operands.map { $0.count { $0.isEllipsis } }.max() ?? 0
    if sides.count == 2 {
      let term = Array(sides[1])
      let letters = term.count { $0 != UInt8(ascii: ".") }
      result = try Self.indices(term, rank: letters < term.count ? letters + ellipsisRank : letters, equation)
      let known = Set(operands.joined())
      guard Set(result).count == result.count, result.allSatisfy({ known.contains($0) }) else {
        throw Self.malformed(equation)
      }
    } else {
      result = Self.implicitResult(of: operands, ellipsisRank: ellipsisRank)
    }
  }

  /// The axes of the ellipsis, then the letters that occur once, in the order of ASCII.
  private static func implicitResult(of operands: [[Index]], ellipsisRank: Int) -> [Index] {
    var occurrences: [UInt8: Int] = [:]
    for case .letter(let letter) in operands.joined() { occurrences[letter, default: 0] += 1 }
    let letters = occurrences.filter { $0.value == 1 }.keys.sorted()
    return (0..<ellipsisRank).reversed().map { .ellipsis($0) } + letters.map { .letter($0) }
  }

  /// The indices of a term, its ellipsis standing for as many axes as the rank leaves to it.
  private static func indices(_ term: [UInt8], rank: Int, _ equation: String) throws(OperatorError) -> [Index] {
    var indices: [Index] = []
    var position = 0
    let letters = term.count { $0 != UInt8(ascii: ".") }
    while position < term.count {
      let character = term[position]
      if character == UInt8(ascii: ".") {
        guard term[position...].starts(with: Array("...".utf8)), term.count - letters == 3 else {
          throw malformed(equation)
        }
        indices += (0..<max(0, rank - letters)).reversed().map { .ellipsis($0) }
        position += 3
      } else {
        guard isLetter(character) else { throw malformed(equation) }
        indices.append(.letter(character))
        position += 1
      }
    }
    guard indices.count == rank else {
      let name = String(decoding: term, as: UTF8.self)
      throw .attribute("equation", "has the term \"\(name)\", which does not fit an input of rank \(rank)")
    }
    return indices
  }

  private static func isLetter(_ character: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character)
  }

  private static func malformed(_ equation: String) -> OperatorError {
    .attribute("equation", "is \"\(equation)\", which is no Einstein summation")
  }
}

extension EinsumEquation.Index {
  var isEllipsis: Bool {
    if case .ellipsis = self { true } else { false }
  }
}
