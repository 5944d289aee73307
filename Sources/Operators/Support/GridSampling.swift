import Tensors

/// How GridSample reads beyond the ends of an axis.
enum GridPadding: String, CaseIterable { case zeros, border, reflection }

/// How GridSample reads between the entries of an axis.
enum GridInterpolation { case nearest, linear, cubic }

/// Turns the coordinates of a sampling grid into entries and weights along one axis.
struct GridAxis {
  let length: Int
  let alignsCorners: Bool
  let padding: GridPadding
  let interpolation: GridInterpolation

  /// The entries to mix for a coordinate of −1 ... 1 and their weights; nil stands for a zero beyond the end.
  func taps(at normalized: Float) -> [(entry: Int?, weight: Float)] {
    var x =
      alignsCorners
      ? (normalized + 1) / 2 * Float(length - 1) : ((normalized + 1) * Float(length) - 1) / 2
    if interpolation == .nearest { x = x.rounded(.toNearestOrEven) }
    x = padded(x)
    switch interpolation {
    case .nearest: return [(entry(Int(boundedCoordinate: x)), 1)]
    case .linear: return taps(around: x, .linear)
    case .cubic: return taps(around: x, .cubic(a: -0.75))
    }
  }

  private func taps(around x: Float, _ kernel: InterpolationKernel) -> [(entry: Int?, weight: Float)] {
    let floor = x.rounded(.down)
    let base = Int(boundedCoordinate: floor)
    return (1 - kernel.reach...kernel.reach).map { step in
      (entry(base + step), kernel.weight(at: Float(step) - (x - floor)))
    }
  }

  private var lowest: Float { alignsCorners ? 0 : -0.5 }
  private var highest: Float { Float(length) - (alignsCorners ? 1 : 0.5) }

  /// Moves a coordinate into the axis where the padding says so.
  private func padded(_ x: Float) -> Float {
    guard x < lowest || x > highest else { return x }
    switch padding {
    case .zeros: return x
    case .border: return min(max(x, 0), Float(length - 1))
    case .reflection: return reflected(x)
    }
  }

  /// Folds a coordinate back at both ends of the axis until it lies within.
  private func reflected(_ x: Float) -> Float {
    let extent = highest - lowest
    guard extent > 0 else { return lowest }
    let distance = x < lowest ? lowest - x : x - highest
    let turns = (distance / extent).rounded(.towardZero)
    let rest = distance - turns * extent
    let isEven = turns.remainder(dividingBy: 2) == 0
    return (x < lowest) == isEven ? lowest + rest : highest - rest
  }

  /// The entry that is read at a position, which may lie beyond the ends; nil where that is a zero.
  private func entry(_ position: Int) -> Int? {
    if (0..<length).contains(position) { return position }
    switch padding {
    case .zeros: return nil
    case .border: return min(max(position, 0), length - 1)
    case .reflection: return min(max(Int(boundedCoordinate: reflected(Float(position))), 0), length - 1)
    }
  }
}
