public import FormatKit
public import OrderedCollections
public import Tensors

/// Checked input data of a model, cut into batches when asked for. Only what a batch needs is read; files stay
/// mapped.
///
/// How arrays are cut follows from their rank. An array of one axis more than its input is a stack: entry by entry it
/// is fed as it is. In one of the input's rank, samples lie along axis 0 and are fed so many at a time; where the
/// model fixes axis 0, that many. A set of files in a folder is fed as it is.
public struct SampleStream: Sendable {
  /// The model's inputs, in its order.
  public let inputs: [InputSpecification]

  /// The number of samples.
  public let count: Int

  /// The number of batches: how often the model is run to see all samples.
  public let batchCount: Int

  /// Arrays that belong to no input, by their names, which start with `__`.
  public let auxiliary: OrderedDictionary<String, Tensor>

  private let source: Source

  private enum Source: Sendable {
    /// One array per input.
    case arrays([InputArray])
    /// The files of each set, one per input.
    case sets([TensorFolder.Set])
  }

  init(
    arrays: OrderedDictionary<String, Tensor>, inputs: [InputSpecification], batch: Int?
  ) throws(FormatError) {
    let matched = try NamedArrays(arrays, inputs: inputs)
    let cut = try cutIntoBatches(matched.inputs, inputs: inputs, batch: batch)
    self.inputs = inputs
    auxiliary = matched.auxiliary
    source = .arrays(cut)
    let counted = cut.first { !$0.isConstant }
    count = counted?.sampleCount ?? 1
    batchCount = counted?.batchCount ?? 1
  }

  init(folders sets: [TensorFolder.Set], inputs: [InputSpecification]) throws(FormatError) {
    self.inputs = inputs
    auxiliary = [:]
    source = .sets(sets)
    count = sets.count
    batchCount = sets.count
  }

  /// The tensors of batch `index`, 0 ..< `batchCount`: one per input, in the model's order, aligned.
  /// - Throws: for data in folders, whose files are read only now.
  public func batch(_ index: Int) throws(FormatError) -> [Tensor] {
    precondition((0..<batchCount).contains(index), "batch \(index) of \(batchCount)")
    switch source {
    case .arrays(let arrays): return arrays.map { $0.batch(index) }
    case .sets(let sets): return try sets[index].read(inputs)
    }
  }

  /// The samples that batch `index` holds, to find the labels that belong to it.
  public func samples(inBatch index: Int) -> Range<Int> {
    guard case .arrays(let arrays) = source, let array = arrays.first(where: { !$0.isConstant }) else {
      return index..<index + 1
    }
    return array.samples(inBatch: index)
  }

  /// The tensors for one run: entry `index` of a stack or of a folder of sets; arrays of the inputs' rank whole, or
  /// batch `index` of them where the model fixes its size.
  public func sample(_ index: Int = 0) throws(FormatError) -> [Tensor] {
    guard case .arrays(let arrays) = source else {
      try check(index, below: batchCount)
      return try batch(index)
    }
    let isWhole = arrays.allSatisfy(\.isFedWhole)
    try check(index, below: isWhole ? 1 : batchCount)
    return arrays.map { isWhole ? $0.tensor.aligned() : $0.batch(index) }
  }

  /// How many samples of an input batch `index` holds.
  func sampleCount(inBatch index: Int, input: Int) -> Int {
    guard case .arrays(let arrays) = source else { return 1 }
    return arrays[input].samples(inBatch: index).count
  }

  /// Whether batch `index` is the first to hold what it holds of an input: a constant is the same in every batch.
  func isNew(inBatch index: Int, input: Int) -> Bool {
    guard case .arrays(let arrays) = source else { return true }
    return index == 0 || !arrays[input].isConstant
  }

  private func check(_ index: Int, below count: Int) throws(FormatError) {
    guard (0..<count).contains(index) else {
      throw .badFile("sample \(index) is asked for, but samples 0 to \(count - 1) are what there is to run")
    }
  }
}
