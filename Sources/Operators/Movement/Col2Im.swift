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
    let columnCount = Shape(validating: grid.counts)?.count ?? .max
    guard shape.rank == 3, shape[1] % blockCount == 0, shape[2] == columnCount else {
      throw .input(0, "has shape \(shape), expected \(columnCount) columns of blocks of \(blockCount)")
    }
    let result = try inputs[0].type.outputShape([shape[0], shape[1] / blockCount] + image)
    let sums = BlockSums(
      columns: inputs[0].aligned(), runs: inputs[0].count > 0 ? grid.runs() : [], imageCount: image.reduce(1, *),
      result: result)
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

  /// For each element of a block, the runs of neighbouring blocks whose elements lie in the image.
  func runs() -> [BlockRun] {
    let imageStrides = Shape(image).strides
    let last = image.count - 1
    let rows = counts.dropLast().reduce(1, *)
    var runs: [BlockRun] = []
    for element in 0..<block.reduce(1, *) {
      let inBlock = position(element, in: block)
      for row in 0..<rows {
        let inGrid = position(row, in: Array(counts.dropLast()))
        var start = 0
        var isInside = true
        for axis in 0..<last {
          let place = place(inGrid[axis], inBlock[axis], axis)
          isInside = isInside && (0..<image[axis]).contains(place)
          start += place * imageStrides[axis]
        }
        let inside = (0..<counts[last]).filter { (0..<image[last]).contains(place($0, inBlock[last], last)) }
        guard isInside, let first = inside.first else { continue }
        runs.append(
          BlockRun(
            source: (element * rows + row) * counts[last] + first,
            target: start + place(first, inBlock[last], last), step: strides[last], count: inside.count))
      }
    }
    return runs
  }

  /// Where along an axis an element of a block lies.
  private func place(_ index: Int, _ element: Int, _ axis: Int) -> Int {
    index * strides[axis] + element * dilations[axis] - pads[axis]
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

/// Neighbouring elements of a row of columns that go to places of one row of an image.
private struct BlockRun: Sendable {
  let source: Int
  let target: Int
  let step: Int
  let count: Int
}

private struct BlockSums: NumericWork {
  let columns: Tensor
  let runs: [BlockRun]
  let imageCount: Int
  let result: Shape

  func compute<Element: ArithmeticElement>(on: Element.Type) throws(OperatorError) -> Tensor {
    Tensor(result, of: Element.self) { output in
      let elements = columns.span(of: Element.self)
      output.update(repeating: .zero)
      let planes = result[0] * result[1]
      guard planes > 0 else { return }
      let columnCount = elements.count / planes
      for plane in 0..<planes {
        let source = elements.extracting(plane * columnCount..<(plane + 1) * columnCount)
        var image = output._mutatingExtracting(plane * imageCount..<(plane + 1) * imageCount)
        for run in runs { add(run, of: source, to: &image) }
      }
    }
  }

  private func add<Element: ArithmeticElement>(
    _ run: BlockRun, of source: Span<Element>, to image: inout MutableSpan<Element>
  ) {
    let elements = source.extracting(run.source..<run.source + run.count)
    var places = image._mutatingExtracting(run.target..<run.target + (run.count - 1) * run.step + 1)
    if run.step == 1 {
      for index in elements.indices { places[index] = places[index].plus(elements[index]) }
    } else {
      for index in elements.indices { places[index * run.step] = places[index * run.step].plus(elements[index]) }
    }
  }
}
