/// An entry of a line as something to compare: what comes first is less.
protocol RankingCode: Comparable, BitwiseCopyable, Sendable {
  /// `rank` is the lower, the earlier the entry comes; of equal ranks the lower index comes first.
  init(rank: UInt64, index: Int)
  var index: Int { get }
}

/// The low 32 bits of a rank and an index of no more.
struct NarrowCode: RankingCode {
  private let bits: UInt64

  init(rank: UInt64, index: Int) { bits = rank << 32 | UInt64(index) }

  var index: Int { Int(bits & UInt64(UInt32.max)) }

  static func < (left: NarrowCode, right: NarrowCode) -> Bool { left.bits < right.bits }
}

/// Any rank and any index.
struct WideCode: RankingCode {
  private let rank: UInt64
  let index: Int

  init(rank: UInt64, index: Int) {
    self.rank = rank
    self.index = index
  }

  static func < (left: WideCode, right: WideCode) -> Bool {
    left.rank == right.rank ? left.index < right.index : left.rank < right.rank
  }
}

/// Codes as a binary heap, the latest of all on top.
struct LatestFirst<Code: RankingCode>: ~Escapable, ~Copyable {
  private var codes: MutableSpan<Code>

  /// Arranges the codes, of which there is at least one.
  @_lifetime(copy codes)
  init(_ codes: consuming MutableSpan<Code>) {
    self.codes = codes
    for place in (0..<self.codes.count / 2).reversed() {
      sink(self.codes[place], from: place, within: self.codes.count)
    }
  }

  var latest: Code { codes[0] }

  mutating func replaceLatest(by code: Code) { sink(code, from: 0, within: codes.count) }

  /// Brings the codes in ascending order, after which they are no heap.
  mutating func sort() {
    for end in (0..<codes.count).reversed() {
      let code = codes[end]
      codes[end] = codes[0]
      sink(code, from: 0, within: end)
    }
  }

  /// Puts a code at a free place or, in its stead, the later of those below, and so on.
  private mutating func sink(_ code: Code, from start: Int, within count: Int) {
    var place = start
    while 2 * place + 1 < count {
      var child = 2 * place + 1
      if child + 1 < count, codes[child] < codes[child + 1] { child += 1 }
      guard code < codes[child] else { break }
      codes[place] = codes[child]
      place = child
    }
    if place < count { codes[place] = code }
  }
}
