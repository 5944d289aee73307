import Tensors

/// Col2Im (ONNX 18): blocks of an image in the columns of a matrix, put back in their places and added up.
struct Col2Im: Operator {
  static let schema = OperatorSchema("Col2Im", versions: 18...newestOpset, inputs: 3...3)

  private let dilations: [Int]?
  private let pads: [Int]?
  private let strides: [Int]?

  init(_ node: NodeReader) throws(OperatorError) {
    dilations = try node.ints("dilations")
    pads = try node.ints("pads")
    strides = try node.ints("strides")
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let image = try inputs.integers(1)
    let block = try inputs.integers(2)
    let rank = image.count
    guard block.count == rank, rank > 0, (image + block).allSatisfy({ (1...1 << 30).contains($0) }) else {
      throw .input(2, "is \(block), expected a block for an image of \(image)")
    }
    let grid = try BlockGrid(
      image: image, block: block, dilations: try list(dilations, "dilations", rank, default: 1),
      pads: try list(pads, "pads", 2 * rank, default: 0), strides: try list(strides, "strides", rank, default: 1))
    let shape = inputs[0].shape
    let blockCount = try DataType.uint8.outputShape(block).count
    guard shape.rank == 3, shape[1] % blockCount == 0, shape[2] == grid.counts.reduce(1, *) else {
      throw .input(0, "has shape \(shape), expected \(grid.counts.reduce(1, *)) columns of blocks of \(blockCount)")
    }
    let result = try inputs[0].type.outputShape([shape[0], shape[1] / blockCount] + image)
    let sums = BlockSums(
      columns: inputs[0].aligned(), targets: grid.targets(), imageCount: image.reduce(1, *), result: result)
    return [try sums.result(of: inputs[0].type)]
  }

  private func list(_ values: [Int]?, _ name: String, _ count: Int, default value: Int) throws(OperatorError) -> [Int] {
    let values = values ?? [Int](repeating: value, count: count)
    guard values.count == count, values.allSatisfy({ (value...1 << 30).contains($0) }) else {
      throw .attribute(name, "is \(values), expected \(count) integers of at least \(value)")
    }
    return values
  }
}

/// Where blocks lie in an image.
private struct BlockGrid {
  let image: [Int]
  let block: [Int]
  let dilations: [Int]
  let pads: [Int]
  let strides: [Int]
  /// How many blocks lie along each axis.
  let counts: [Int]

  init(image: [Int], block: [Int], dilations: [Int], pads: [Int], strides: [Int]) throws(OperatorError) {
    var counts: [Int] = []
    for axis in image.indices {
      let room = image[axis] + pads[axis] + pads[axis + image.count] - dilations[axis] * (block[axis] - 1) - 1
      guard room >= 0 else { throw .input(2, "is \(block), which is larger than the padded image") }
      counts.append(room / strides[axis] + 1)
    }
    self.image = image
    self.block = block
    self.dilations = dilations
    self.pads = pads
    self.strides = strides
    self.counts = counts
  }

  /// For each element of a block and then each block, where in the image it goes; nil where that is padding.
  func targets() -> [Int?] {
    let imageStrides = Shape(image).strides
    var targets: [Int?] = []
    for element in 0..<block.reduce(1, *) {
      let inBlock = position(element, in: block)
      for index in 0..<counts.reduce(1, *) {
        let inGrid = position(index, in: counts)
        var target: Int? = 0
        for axis in image.indices {
          let place = inGrid[axis] * strides[axis] + inBlock[axis] * dilations[axis] - pads[axis]
          target = (0..<image[axis]).contains(place) ? target.map { $0 + place * imageStrides[axis] } : nil
        }
        targets.append(target)
      }
    }
    return targets
  }

  private func position(_ index: Int, in dimensions: [Int]) -> [Int] {
    var rest = index
    var position = dimensions
    for axis in dimensions.indices.reversed() {
      position[axis] = rest % dimensions[axis]
      rest /= dimensions[axis]
    }
    return position
  }
}

private struct BlockSums: NumericWork {
  let columns: Tensor
  let targets: [Int?]
  let imageCount: Int
  let result: Shape

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Tensor {
    Tensor(result, of: Element.self) { output in
      let elements = columns.span(of: Element.self)
      output.update(repeating: .zero)
      for plane in 0..<result[0] * result[1] {
        for (index, target) in targets.enumerated() {
          guard let target else { continue }
          let place = plane * imageCount + target
          output[place] = output[place].plus(elements[plane * targets.count + index])
        }
      }
    }
  }
}
