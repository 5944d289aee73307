import Kernels
import Tensors

/// All that follows from the shapes of a convolution's data and weights, shared by the runs on such data.
final class ConvolutionPlacement: Sendable {
  let data: SpatialShape
  let windows: WindowGeometry
  /// The shape of the result with the channels last.
  let result: Shape
  /// The sizes as the kernels take them; nil where they do not.
  let geometry: ConvolutionGeometry?
  /// How the kernels go about it; nil where the weights are not packed yet.
  let plan: ConvolutionPlan?

  init(
    data: SpatialShape, windows: WindowGeometry, result: Shape, geometry: ConvolutionGeometry?, plan: ConvolutionPlan?
  ) {
    self.data = data
    self.windows = windows
    self.result = result
    self.geometry = geometry
    self.plan = plan
  }
}

extension ConvolutionGeometry {
  /// This geometry with the sizes of actual data in place.
  func placed(on data: SpatialShape, _ windows: WindowGeometry) -> ConvolutionGeometry {
    precondition(windows.axes.count <= 3, "weights packed for \(windows.axes.count) axes")
    let missing = [WindowGeometry.Axis](repeating: .init(input: 1, kernel: 1), count: 3 - windows.axes.count)
    let axes = missing + windows.axes
    var geometry = self
    geometry.batch = data.batch
    geometry.planes.input = axes[0].input
    geometry.planes.stride = axes[0].stride
    (geometry.planes.front, geometry.planes.back) = (axes[0].padBefore, axes[0].padAfter)
    geometry.input = Size(height: axes[1].input, width: axes[2].input)
    geometry.strides = Size(height: axes[1].stride, width: axes[2].stride)
    geometry.padding = Padding(
      top: axes[1].padBefore, left: axes[2].padBefore, bottom: axes[1].padAfter, right: axes[2].padAfter)
    return geometry
  }
}
