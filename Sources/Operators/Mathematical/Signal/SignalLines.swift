import Tensors

/// The lines along an axis of a tensor whose last axis holds the one or two parts of a number.
struct SignalLines {
  private let view: AxisView
  private let isComplex: Bool
  private let parts: Int

  init(_ shape: Shape, axis: Int, isComplex: Bool) {
    view = AxisView(shape, axis: axis)
    self.isComplex = isComplex
    parts = isComplex ? 2 : 1
  }

  var count: Int { view.outer * view.inner / parts }

  func read<Element: RealElement>(_ line: Int, of tensor: Tensor, as: Element.Type) -> [ComplexNumber] {
    let elements = tensor.span(of: Element.self)
    return (0..<view.length).map { index in
      let position = position(line, index)
      return ComplexNumber(
        real: Double(elements[position]), imaginary: isComplex ? Double(elements[position + 1]) : 0)
    }
  }

  /// Writes the first numbers, as many as a line takes.
  func write<Element: RealElement>(_ numbers: [ComplexNumber], _ line: Int, to output: inout MutableSpan<Element>) {
    for index in 0..<view.length {
      let position = position(line, index)
      output[position] = Element(numbers[index].real)
      if isComplex { output[position + 1] = Element(numbers[index].imaginary) }
    }
  }

  private func position(_ line: Int, _ index: Int) -> Int {
    let numbersInside = view.inner / parts
    return ((line / numbersInside * view.length + index) * numbersInside + line % numbersInside) * parts
  }
}
