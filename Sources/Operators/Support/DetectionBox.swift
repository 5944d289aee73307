/// A box as NonMaxSuppression reads it.
struct DetectionBox {
  let top: Float
  let left: Float
  let bottom: Float
  let right: Float
  let area: Float

  /// Four numbers: two opposite corners (y, x, y, x), or centre and size (x, y, width, height).
  init(_ numbers: (Float, Float, Float, Float), isCentred: Bool) {
    if isCentred {
      top = numbers.1 - numbers.3 / 2
      left = numbers.0 - numbers.2 / 2
      bottom = numbers.1 + numbers.3 / 2
      right = numbers.0 + numbers.2 / 2
    } else {
      top = min(numbers.0, numbers.2)
      left = min(numbers.1, numbers.3)
      bottom = max(numbers.0, numbers.2)
      right = max(numbers.1, numbers.3)
    }
    area = (bottom - top) * (right - left)
  }

  /// The area that two boxes share, divided by the area that they cover together; 0 where that is empty.
  func overlap(with other: DetectionBox) -> Float {
    let height = min(bottom, other.bottom) - max(top, other.top)
    let width = min(right, other.right) - max(left, other.left)
    guard height > 0, width > 0, area > 0, other.area > 0 else { return 0 }
    let shared = height * width
    return shared / (area + other.area - shared)
  }
}
