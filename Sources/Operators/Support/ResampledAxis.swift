/// How a coordinate of the result becomes one of the input (Resize, "coordinate_transformation_mode").
enum CoordinateTransform: String, CaseIterable {
  case halfPixel = "half_pixel"
  case halfPixelSymmetric = "half_pixel_symmetric"
  case pytorchHalfPixel = "pytorch_half_pixel"
  case tensorFlowHalfPixelForNearest = "tf_half_pixel_for_nn"
  case alignCorners = "align_corners"
  case asymmetric
  case cropAndResize = "tf_crop_and_resize"
}

/// One axis of a resampled tensor.
struct ResampledAxis: Equatable, Sendable {
  let inputLength: Int
  let outputLength: Int
  let scale: Float
  /// The part of the input that is read, in fractions of its length (only for `cropAndResize`).
  var start: Float = 0
  var end: Float = 1

  /// Whether the axis comes out as it goes in.
  var isUntouched: Bool { inputLength == outputLength && scale == 1 && start == 0 && end == 1 }

  /// Where in the input the entry `position` of the result lies. Calculated in float32, as runtimes do, because
  /// the nearest entry hangs on the rounding.
  func coordinate(_ position: Int, _ transform: CoordinateTransform) -> Float {
    let x = Float(position)
    let inputExtent = Float(inputLength - 1)
    let outputExtent = Float(outputLength - 1)
    switch transform {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return outputLength > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .tensorFlowHalfPixelForNearest: return (x + 0.5) / scale
    case .asymmetric: return x / scale
    case .alignCorners: return outputLength > 1 ? x * inputExtent / outputExtent : 0
    case .halfPixelSymmetric:
      // The result may be a little shorter than the scale says; its centre stays that of the input.
      let adjustment = Float(outputLength) / (scale * Float(inputLength))
      return Float(inputLength) / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
    case .cropAndResize:
      return outputLength > 1
        ? start * inputExtent + x * (end - start) * inputExtent / outputExtent : 0.5 * (start + end) * inputExtent
    }
  }

  /// Whether a coordinate lies outside the input, where `cropAndResize` does not read it.
  func isOutside(_ coordinate: Float) -> Bool { !(coordinate >= 0 && coordinate <= Float(inputLength - 1)) }
}

extension Int {
  /// A coordinate as an integer, far ones kept within reach and NaN as 0.
  init(boundedCoordinate value: Float) {
    self = value.isNaN ? 0 : Int(Swift.min(Swift.max(value, -0x1p40), 0x1p40))
  }
}
