import FormatKit
import Tensors

/// Takes the bytes of a file as the elements of whole samples, little-endian and in row-major order.
///
/// Axis 0 of the input, fixed or not, counts samples; the sizes of the others must be known.
func readRaw(_ file: Bytes, for input: InputSpecification) throws(FormatError) -> Tensor {
  do throws(FormatError) {
    let sample = try sampleShape(input)
    guard let width = input.type.byteWidth, let size = input.type.byteCount(elements: sample.count), size > 0 else {
      throw FormatError.badFile("samples of \(input) cannot be counted in a file of bare elements")
    }
    guard file.count % size == 0, file.count > 0 else {
      throw FormatError.badFile(
        "the file has \(file.count) bytes, which is no whole number of samples of \(size) bytes (\(input))")
    }
    let shape = Shape(rows(file.count / size, of: sample, input))
    guard let tensor = Tensor(shape, type: input.type, bytes: file) else {
      preconditionFailure("\(file.count) bytes as \(shape) elements of \(width) bytes")
    }
    return tensor
  } catch { throw error.at("input \(quoted(input.name))") }
}

/// The shape of what the file may hold a whole number of: one sample, or one batch of the size that the model fixes.
private func sampleShape(_ input: InputSpecification) throws(FormatError) -> Shape {
  guard let dimensions = input.dimensions else {
    throw .badFile("a file of bare elements cannot be cut into samples without the input's shape; use .npy or .npz")
  }
  var sizes: [Int] = []
  for (axis, dimension) in dimensions.enumerated() {
    switch dimension {
    case .fixed(let size): sizes.append(size)
    case .free where axis == 0: sizes.append(1)
    case .free(let name):
      let place = name.map { "axis \(axis) (\(quoted($0)))" } ?? "axis \(axis)"
      throw .badFile(
        "the model takes \(input), and a file of bare elements does not say how long \(place) is; use .npy or .npz")
    }
  }
  guard let shape = Shape(validating: sizes) else { throw .badFile("the shape \(input) is too large") }
  return shape
}

/// The shape of `count` samples: along axis 0, or stacked where the input is a single number.
private func rows(_ count: Int, of sample: Shape, _ input: InputSpecification) -> [Int] {
  guard let outermost = sample.dimensions.first else { return [count] }
  return [count * outermost] + sample.dimensions.dropFirst()
}
