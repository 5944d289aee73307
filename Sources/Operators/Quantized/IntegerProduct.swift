import Kernels
import Tensors

/// The right operand of an integer product of a node: packed once where it is constant, or else for every run.
struct IntegerWeights: Sendable {
  /// Where the node has the operand and, perhaps, its zero points.
  private let index: Int
  private let zeroPointIndex: Int
  private let hasZeroPoint: Bool
  private let isTransposed: Bool
  private var packed: PackedInt8Matrix?

  init(_ node: NodeReader, at index: Int, zeroPoint: Int, transposed: Bool = false) {
    self.index = index
    zeroPointIndex = zeroPoint
    hasZeroPoint = node.hasInput(zeroPoint)
    isTransposed = transposed
  }

  /// These weights packed, where they and their zero points are constant.
  func prepared(with constants: [Tensor?]) -> IntegerWeights {
    guard let weights = constants[index], weights.shape.rank == 2 else { return self }
    var zeros: [Int32] = [0]
    if hasZeroPoint {
      guard let values = constants[zeroPointIndex]?.zeroPoints(of: weights.type) else { return self }
      zeros = values
    }
    let columns = weights.shape[isTransposed ? 0 : 1]
    guard zeros.count == 1 || zeros.count == columns else { return self }
    var prepared = self
    prepared.packed = PackedInt8Matrix(weights, 0, shape: nil, transposed: isTransposed, zeroPoints: zeros)
    return prepared
  }

  /// The number of columns, where the weights are packed.
  var columns: Int? { packed?.columns }

  /// `epilogue` with the numbers of each column worked out, where the weights are packed and the left operand has a
  /// constant zero point at `index`.
  func prepared(
    _ epilogue: IntegerEpilogue, _ inputs: ConstantInputs, zeroPoint index: Int
  ) throws(OperatorError) -> IntegerEpilogue {
    guard let packed, let zero = inputs.optional(index), zero.type.isByte else { return epilogue }
    return epilogue.prepared(for: packed, of: zero.type, zeroPoint: try inputs.zeroPoint(index, of: zero.type))
  }

  /// What a run that took sums of `depth` products and returned `outputs` computed; the zero points of the left operand
  /// are at `zeroPoint`, nil where it has one of its own making.
  func work(_ inputs: OperatorInputs, depth: Int, zeroPoint: Int?, outputs: [Tensor?]) -> OperatorWork {
    if let zeroPoint, let zeros = inputs.optional(zeroPoint), zeros.count > 1 {
      return inputs.directWork(depth: depth, outputs)
    }
    return inputs.productWork(
      depth: depth, outputs, .integer, kernel: "gemm u8s8", variant: packed == nil ? "weights packed in the run" : nil)
  }

  /// The products of `left`, less its one zero point, with these weights, each put through `epilogue`. An `addend`, of
  /// the shape of the result, joins results that are real numbers.
  func product(
    _ left: Tensor, zeroPoint: Int32, _ shape: MatrixProductShape, _ inputs: OperatorInputs, epilogue: IntegerEpilogue,
    addend: Tensor? = nil
  ) throws(OperatorError) -> Tensor {
    switch epilogue {
    case .unsigned(let epilogue): try product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)
    case .signed(let epilogue): try product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)
    case .real(let epilogue):
      try product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue, addend: addend)
    case .sums(let epilogue): try product(left, zeroPoint: zeroPoint, shape, inputs, epilogue: epilogue)
    }
  }

  private func product<Output>(
    _ left: Tensor, zeroPoint: Int32, _ shape: MatrixProductShape, _ inputs: OperatorInputs,
    epilogue: Int8Epilogue<Output>, addend: Tensor? = nil
  ) throws(OperatorError) -> Tensor {
    let right = try inputs.bytes(index)
    let zeros =
      packed == nil
      ? try OperandZeroPoints(inputs, zeroPointIndex, of: right.type, count: shape.columns).values : []
    return Tensor(shape.output, of: Output.self) { output in
      var matrix = packed
      var last = packed == nil ? nil : 0
      for (index, pair) in shape.pairs.enumerated() {
        if last != pair.right {
          matrix = PackedInt8Matrix(right, pair.right, shape: shape, transposed: isTransposed, zeroPoints: zeros)
          last = pair.right
        }
        guard let matrix else { return }
        let size = shape.rows * shape.columns
        var part = output._mutatingExtracting((index * size)..<((index + 1) * size))
        shape.multiply(
          left, pair.left, zeroPoint: zeroPoint, by: matrix, epilogue: epilogue, addend: addend, at: index * size,
          into: &part, inputs.compute)
      }
    }
  }
}

extension DataType {
  /// Whether this is one of the types that integer kernels multiply.
  var isByte: Bool { self == .uint8 || self == .int8 }
}

extension PackedInt8Matrix {
  /// Packs matrix `index` of those that lie in a tensor one after the other; `shape` is nil for the only one. Nil
  /// where the tensor does not hold 8-bit integers.
  fileprivate init?(
    _ tensor: Tensor, _ index: Int, shape: MatrixProductShape?, transposed: Bool, zeroPoints: [Int32]
  ) {
    let given = (rows: tensor.shape.dimensions.first ?? 1, columns: tensor.shape.dimensions.last ?? 1)
    let rows = shape?.depth ?? (transposed ? given.columns : given.rows)
    let columns = shape?.columns ?? (transposed ? given.rows : given.columns)
    let range = (index * rows * columns)..<((index + 1) * rows * columns)
    switch tensor.type {
    case .uint8:
      self.init(
        tensor.span(of: UInt8.self).extracting(range), rows: rows, columns: columns, transposed: transposed,
        zeroPoints: zeroPoints)
    case .int8:
      self.init(
        tensor.span(of: Int8.self).extracting(range), rows: rows, columns: columns, transposed: transposed,
        zeroPoints: zeroPoints)
    default: return nil
    }
  }
}

extension MatrixProductShape {
  /// Multiplies matrix `index` of the left operand; what is added to the result begins at `offset` of `addend`.
  fileprivate func multiply<Output>(
    _ left: Tensor, _ index: Int, zeroPoint: Int32, by right: PackedInt8Matrix, epilogue: Int8Epilogue<Output>,
    addend: Tensor?, at offset: Int, into output: inout MutableSpan<Output>, _ compute: Compute
  ) {
    let addends = addend?.span(of: Float.self).extracting(offset..<(offset + rows * columns))
    let range = (index * rows * depth)..<((index + 1) * rows * depth)
    if left.type == .uint8 {
      let elements = left.span(of: UInt8.self).extracting(range)
      compute.gemmInt8(
        elements, rows: rows, stride: depth, zeroPoint: zeroPoint, by: right, epilogue: epilogue, addend: addends,
        into: &output, stride: columns)
    } else {
      let elements = left.span(of: Int8.self).extracting(range)
      compute.gemmInt8(
        elements, rows: rows, stride: depth, zeroPoint: zeroPoint, by: right, epilogue: epilogue, addend: addends,
        into: &output, stride: columns)
    }
  }

  /// The product with a zero point per row of the left operand, in int32 that wraps around.
  func directIntegerProduct(
    _ left: Tensor, _ leftZero: OperandZeroPoints, _ right: Tensor, _ rightZero: OperandZeroPoints
  ) -> Tensor {
    let (a, b) = (left.int32Elements ?? [], right.int32Elements ?? [])
    let centredLeft = Tensor(left.shape, a.indices.map { a[$0] - leftZero[$0 / depth % rowsPerMatrix] })
    let centredRight = Tensor(right.shape, b.indices.map { b[$0] - rightZero[$0 % columns] })
    return directProduct(centredLeft, centredRight, of: Int32.self)
  }
}

/// The zero points of one operand of an integer product.
struct OperandZeroPoints: Sendable {
  /// One for all elements, or one per row of the left, per column of the right operand.
  let values: [Int32]

  /// Reads input `index`: one zero point, or `count` of them, for values of the given type.
  init(_ inputs: OperatorInputs, _ index: Int, of type: DataType, count: Int) throws(OperatorError) {
    values = try inputs.zeroPoints(index, of: type)
    guard values.count == 1 || values.count == count else {
      throw .input(index, "has shape \(inputs[index].shape), expected one zero point or \(count)")
    }
  }

  subscript(_ index: Int) -> Int32 { values.count == 1 ? values[0] : values[index] }
}
