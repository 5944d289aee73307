/// Numbers that are taken out in ascending order, of which only those that are asked for get sorted.
struct MinimumHeap {
  private var numbers: [UInt64]

  init(_ numbers: [UInt64]) {
    self.numbers = numbers
    for place in (0..<numbers.count / 2).reversed() { sink(numbers[place], from: place) }
  }

  /// Takes out the smallest number; nil where none is left.
  mutating func popFirst() -> UInt64? {
    guard let first = numbers.first else { return nil }
    let last = numbers.removeLast()
    if !numbers.isEmpty { sink(last, from: 0) }
    return first
  }

  /// Puts a number at a free place or, in its stead, the smaller of those below, and so on.
  private mutating func sink(_ number: UInt64, from start: Int) {
    var places = numbers.mutableSpan
    var place = start
    while 2 * place + 1 < places.count {
      var child = 2 * place + 1
      if child + 1 < places.count, places[child + 1] < places[child] { child += 1 }
      guard places[child] < number else { break }
      places[place] = places[child]
      place = child
    }
    places[place] = number
  }
}
