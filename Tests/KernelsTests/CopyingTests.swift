import Kernels
import Testing

@Suite struct CopyingTests {
  @Test func elementsAreCopiedToTheirPlace() {
    var target: [Int32] = [0, 1, 2, 3, 4]
    let sources: [[Int32]] = [[7, 8], [], [9]]
    var span = target.mutableSpan
    for (source, place) in zip(sources, [3, 5, 0]) { span.copy(source.span, at: place) }
    #expect(target == [9, 1, 2, 7, 8])
  }
}
