import Tensors
import Testing

/// Expects the elements of a float32 or float64 tensor, to within 1 part in 100 000 or 1 millionth.
func expectClose(
  _ tensor: Tensor, _ expected: [Double], _ label: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  let actual = tensor.type == .float64 ? tensor.array(of: Double.self) : tensor.array(of: Float.self).map { Double($0) }
  #expect(actual.count == expected.count, label, sourceLocation: sourceLocation)
  for (index, (found, wanted)) in zip(actual, expected).enumerated() {
    let isClose =
      found == wanted || found.isNaN && wanted.isNaN
      || (found - wanted).magnitude <= max(1e-6, wanted.magnitude * 1e-5)
    #expect(isClose, "element \(index) is \(found), expected \(wanted)", sourceLocation: sourceLocation)
  }
}

/// A float32 tensor.
func floats(_ shape: Shape, _ elements: [Float]) -> Tensor { Tensor(shape, elements) }

/// A float32 tensor as float64.
func doubled(_ tensor: Tensor) -> Tensor { Tensor(tensor.shape, tensor.array(of: Float.self).map { Double($0) }) }
