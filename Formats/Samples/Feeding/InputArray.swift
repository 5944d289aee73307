import FormatKit
import Tensors

/// All data of one input and how it is cut into batches.
struct InputArray: Sendable {
  let tensor: Tensor
  let layout: Layout

  enum Layout: Sendable, Hashable {
    /// Axis 0 counts entries, each of which is a batch.
    case stack
    /// Samples lie along axis 0 and are fed `size` at a time, the last time perhaps fewer.
    case samples(batch: Int)
    /// As `samples`, with a size that the model fixes.
    case fixedSamples(batch: Int)
    /// A single number, the same for every batch.
    case constant

    /// How many entries of axis 0 make a batch.
    var batchSize: Int {
      switch self {
      case .samples(let batch), .fixedSamples(let batch): batch
      case .stack, .constant: 1
      }
    }
  }

  var isConstant: Bool { layout == .constant }

  /// Whether one run may take the whole array.
  var isFedWhole: Bool {
    switch layout {
    case .stack: false
    case .samples, .constant: true
    case .fixedSamples(let batch): sampleCount == batch
    }
  }

  var sampleCount: Int { isConstant ? 1 : tensor.shape[0] }

  var batchCount: Int {
    (sampleCount + layout.batchSize - 1) / layout.batchSize
  }

  func samples(inBatch index: Int) -> Range<Int> {
    isConstant ? 0..<1 : index * layout.batchSize..<min((index + 1) * layout.batchSize, sampleCount)
  }

  /// The tensor of batch `index`, in the shape that the model wants.
  func batch(_ index: Int) -> Tensor {
    guard !isConstant else { return tensor.aligned() }
    let range = samples(inBatch: index)
    let entry = Array(tensor.shape.dimensions.dropFirst())
    return tensor.entries(range, shape: Shape(layout == .stack ? entry : [range.count] + entry)).aligned()
  }
}

extension Tensor {
  /// The entries `range` along axis 0, under `shape`. Elements are whole bytes.
  func entries(_ range: Range<Int>, shape: Shape) -> Tensor {
    let entrySize = self.shape[0] == 0 ? 0 : bytes.count / self.shape[0]
    let slice = bytes.slice(range.lowerBound * entrySize..<range.upperBound * entrySize)
    guard let tensor = Tensor(shape, type: type, bytes: slice) else {
      preconditionFailure("entries \(range) of \(self.shape) as \(shape)")
    }
    return tensor
  }
}
