import Testing

@testable import Operators

@Suite struct WindowGeometryTests {
  @Test func tapsOnPaddingAreLeftOut() {
    let axis = WindowGeometry.Axis(
      input: 5, kernel: 3, stride: 2, dilation: 2, padBefore: 3, padAfter: 1, output: 3)
    // Windows start at −3, −1 and 1; taps lie 2 apart.
    #expect((0..<3).map { axis.taps(at: $0) } == [2..<3, 1..<3, 0..<2])
    // The last window's third tap, at 5, is on the padding after the data.
    #expect((0..<3).map { axis.paddedTaps(at: $0) } == [3, 3, 3])
  }

  @Test func tapsOfSeveralAxesAreRowMajor() throws {
    let geometry = try WindowGeometry([
      .init(input: 2, kernel: 2, output: 1), .init(input: 3, kernel: 2, padAfter: 1, output: 3),
    ])
    var taps: [WindowGeometry.Tap] = []
    geometry.collectTaps(ofWindow: 1, into: &taps)
    #expect(taps.map(\.input) == [1, 2, 4, 5])
    geometry.collectTaps(ofWindow: 2, into: &taps)
    #expect(taps.map(\.input) == [2, 5])
    #expect(taps.map(\.kernel) == [0, 2])
  }

  @Test func sizesThatOverflowAreRefused() {
    let huge = WindowGeometry.Axis(input: 1, kernel: 1, output: 1 << 40)
    #expect(
      message { _ = try WindowGeometry([huge, huge]) }
        == "input 0 leads to sizes [1099511627776, 1099511627776], which are too large")
  }
}
