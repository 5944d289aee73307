import Tensors

extension ParameterSource {
  /// Turns an axis of −rank ..< rank into one of 0 ..< rank.
  func normalizedAxis(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(positive) else { throw error("names axis \(axis) of a tensor of rank \(rank)") }
    return positive
  }

  /// Turns axes of −rank ..< rank into axes of 0 ..< rank, in their order. An axis may not come twice.
  func normalizedAxes(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
    var result: [Int] = []
    for axis in axes {
      let positive = try normalizedAxis(axis, rank: rank)
      guard !result.contains(positive) else { throw error("names axis \(positive) twice") }
      result.append(positive)
    }
    return result
  }
}

extension Shape {
  /// The axis that the attribute "axis" names, as one of 0 ..< rank.
  func axisAttribute(_ axis: Int, named name: String = "axis") throws(OperatorError) -> Int {
    try ParameterSource.attribute(name).normalizedAxis(axis, rank: rank)
  }

  /// This shape with another size along one axis.
  func replacing(axis: Int, with size: Int) -> [Int] {
    var dimensions = dimensions
    dimensions[axis] = size
    return dimensions
  }
}
