import FormatKit
import Tensors

/// What the shape of an array says about the samples in it, seen beside the shape of its input.
enum ArrayForm: Hashable {
  case stack
  case samples
  case fixedSamples(Int)
  case constant

  /// Checks type and shape of an array against its input.
  init(_ array: Tensor, for input: InputSpecification) throws(FormatError) {
    do throws(FormatError) {
      try checkType(array.type, input)
      guard array.type.byteWidth != nil else {
        throw FormatError.badFile("elements of \(array.type) cannot be fed: they are no whole bytes")
      }
      self = try Self.form(array.shape, input)
    } catch { throw error.at("input \(quoted(input.name))") }
  }

  func layout(openBatch: Int) -> InputArray.Layout {
    switch self {
    case .stack: .stack
    case .samples: .samples(batch: openBatch)
    case .fixedSamples(let size): .fixedSamples(batch: size)
    case .constant: .constant
    }
  }

  private static func form(_ shape: Shape, _ input: InputSpecification) throws(FormatError) -> ArrayForm {
    guard let dimensions = input.dimensions else { return shape.rank == 0 ? .constant : .samples }
    switch shape.rank {
    case dimensions.count + 1:
      try checkSizes(shape.dimensions, Array(shape.dimensions.dropFirst()), dimensions, input)
      return .stack
    case dimensions.count:
      guard let outermost = dimensions.first else { return .constant }
      try checkSizes(shape.dimensions, shape.dimensions, [.free(nil)] + dimensions.dropFirst(), input)
      guard let size = outermost.size else { return .samples }
      guard size > 0 else { throw .badFile("the model fixes axis 0 at 0, so that no samples lie along it") }
      return .fixedSamples(size)
    default:
      throw .badFile(
        "the model takes \(input), but the array has shape \(shape): rank \(dimensions.count) is wanted for samples "
          + "along axis 0, or rank \(dimensions.count + 1) for a stack of samples")
    }
  }
}

/// Checks that the element types agree: nothing is ever converted.
func checkType(_ type: DataType, _ input: InputSpecification) throws(FormatError) {
  guard type != input.type else { return }
  let problem = "the model takes \(input.type), but the array is \(type)"
  let hint = numpyName(input.type).map { "; convert it first, in NumPy with array.astype(\"\($0)\")" } ?? ""
  throw .badFile(isWidthAlone(type, input.type) ? problem + hint : problem)
}

/// Whether two types hold the same kind of number in different widths, as NumPy's defaults and models often do.
private func isWidthAlone(_ first: DataType, _ second: DataType) -> Bool {
  (first.isFloatingPoint && second.isFloatingPoint) || (first.isInteger && second.isInteger)
}

private func numpyName(_ type: DataType) -> String? {
  type.isInteger || type == .float16 || type == .float32 || type == .float64 ? "\(type)" : nil
}

/// Checks the sizes that the model fixes. `whole` is the array's shape, for the message.
func checkSizes(
  _ whole: [Int], _ sizes: [Int], _ dimensions: [InputSpecification.Dimension], _ input: InputSpecification
) throws(FormatError) {
  for (axis, dimension) in dimensions.enumerated() {
    guard let wanted = dimension.size, wanted != sizes[axis] else { continue }
    throw .badFile(
      "the model takes \(input), but the array has shape \(Shape(whole)): axis \(axis) of a sample must be \(wanted), "
        + "not \(sizes[axis])")
  }
}
