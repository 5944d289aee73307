import Kernels

/// Some outputs of ConvTranspose along an axis: those that meet the same taps of the kernel.
///
/// With a stride s, output y is the sum over the taps k of those elements i of the data for which
/// i · s + k · dilation = y + padding. So every s-th output meets the same taps, and is an ordinary convolution of the data
/// with them, from the last to the first.
struct TransposedPhase: Sendable, Hashable {
  /// Taps of the kernel: the first, those that follow it at a distance, and how many they are; there may be none.
  struct Taps: Sendable, Hashable {
    var first: Int
    var step: Int
    var count: Int

    /// The tap that the convolution has in place `index`.
    func tap(_ index: Int) -> Int { first + (count - 1 - index) * step }
  }

  /// The first output; the others follow at the stride, `count` in all.
  let output: Int
  let count: Int
  /// The taps of this phase, and of those that are computed with it: phases of neighbouring outputs.
  private(set) var taps: [Taps]
  /// Elements of the data from one tap to the next.
  let dilation: Int
  /// Elements before the data that the first window reaches; negative where it leaves out the data's first.
  let padding: Int

  var tapCount: Int { taps[0].count }

  /// The phases of an axis that leads from output to data (`TransposedGeometry`). Phases that lie side by side and see the
  /// same data are one if they may be joined.
  static func phases(of axis: WindowGeometry.Axis, joined: Bool) -> [TransposedPhase] {
    var phases: [TransposedPhase] = []
    for output in 0..<min(axis.stride, axis.input) {
      let phase = TransposedPhase(of: axis, output: output)
      if joined, let last = phases.last, last.count == phase.count, last.sees(sameAs: phase) {
        phases[phases.count - 1].taps += phase.taps
      } else {
        phases.append(phase)
      }
    }
    return phases
  }

  private init(of axis: WindowGeometry.Axis, output: Int) {
    let (stride, place) = (axis.stride, output + axis.padBefore)
    let common = greatestCommonDivisor(axis.dilation, stride)
    let step = stride / common
    let first = (0..<min(step, axis.kernel)).first { ($0 * axis.dilation - place) % stride == 0 }
    let count = first.map { (axis.kernel - $0).dividedRoundingUp(by: step) } ?? 0
    self.output = output
    self.count = (axis.input - output).dividedRoundingUp(by: stride)
    taps = [Taps(first: first ?? 0, step: step, count: count)]
    dilation = axis.dilation / common
    padding = count == 0 ? 0 : (count - 1) * dilation - (place - taps[0].first * axis.dilation) / stride
  }

  private func sees(sameAs other: TransposedPhase) -> Bool {
    tapCount == other.tapCount && padding == other.padding && dilation == other.dilation
  }

  /// The padding behind `size` elements of data that gives as many windows as there are outputs; negative where the
  /// last elements are left out.
  func paddingBehind(_ size: Int) -> Int { count + (tapCount - 1) * dilation - padding - size }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
