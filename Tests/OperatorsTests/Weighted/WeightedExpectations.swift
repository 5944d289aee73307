import Tensors
import Testing

/// Expects a float32 tensor of these elements, up to `tolerance` times their magnitude or, below 1, in absolute terms.
func expect(
  _ tensor: Tensor, _ shape: Shape, isNear elements: [Float], tolerance: Float = 1e-5,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.shape == shape, sourceLocation: sourceLocation)
  guard tensor.shape == shape else { return }
  for (index, (found, wanted)) in zip(tensor.array(of: Float.self), elements).enumerated() {
    #expect(
      abs(found - wanted) <= tolerance * max(1, abs(wanted)), "element \(index)", sourceLocation: sourceLocation)
  }
}

/// The float32 tensor 1, 2, 3… of a shape.
func counting(_ shape: Shape) -> Tensor { Tensor(shape, (0..<shape.count).map { Float($0 + 1) }) }
