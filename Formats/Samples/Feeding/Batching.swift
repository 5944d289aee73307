import FormatKit
import Tensors

/// The samples fed at a time where neither the model nor the caller says.
private let defaultBatch = 32

/// Decides for each input how its array is cut, and checks that all are cut into equally many batches.
func cutIntoBatches(
  _ arrays: [Tensor], inputs: [InputSpecification], batch: Int?
) throws(FormatError) -> [InputArray] {
  var forms: [ArrayForm] = []
  for (array, input) in zip(arrays, inputs) { forms.append(try ArrayForm(array, for: input)) }
  try checkOneForm(forms, inputs)
  let openBatch = try batchSize(forms, inputs, batch: batch)
  let cut = zip(arrays, forms).map { array, form in
    InputArray(tensor: array, layout: form.layout(openBatch: openBatch))
  }
  for (array, input) in zip(cut, inputs) { try check(array, input) }
  try checkCounts(cut, inputs)
  return cut
}

/// Stacks of samples and samples along axis 0 do not go together: which entries belong to which batch would be a
/// guess.
private func checkOneForm(_ forms: [ArrayForm], _ inputs: [InputSpecification]) throws(FormatError) {
  guard let stack = forms.firstIndex(of: .stack),
    let other = forms.firstIndex(where: { $0 != .stack && $0 != .constant })
  else { return }
  throw .badFile(
    "the array of input \(quoted(inputs[stack].name)) has one axis more than the input and is a stack of samples, but "
      + "that of input \(quoted(inputs[other].name)) has the input's rank")
}

/// The batch size for inputs that leave it open.
private func batchSize(
  _ forms: [ArrayForm], _ inputs: [InputSpecification], batch: Int?
) throws(FormatError) -> Int {
  var fixed: Int?
  for (form, input) in zip(forms, inputs) {
    guard case .fixedSamples(let size) = form else { continue }
    if let batch, batch != size {
      throw .badFile("input \(quoted(input.name)) takes batches of \(size), not of \(batch): the model fixes axis 0")
    }
    fixed = fixed ?? size
  }
  return batch ?? fixed ?? defaultBatch
}

private func check(_ array: InputArray, _ input: InputSpecification) throws(FormatError) {
  guard array.sampleCount > 0 else { throw .badFile("input \(quoted(input.name)): the array holds no samples") }
  guard case .fixedSamples(let batch) = array.layout, array.sampleCount % batch != 0 else { return }
  throw .badFile(
    "input \(quoted(input.name)): \(array.sampleCount) samples do not divide into batches of \(batch), the size that "
      + "the model fixes")
}

private func checkCounts(_ arrays: [InputArray], _ inputs: [InputSpecification]) throws(FormatError) {
  let counted = zip(arrays, inputs).filter { !$0.0.isConstant }
  guard let first = counted.first else { return }
  for (array, input) in counted.dropFirst() {
    // Axis 0 of a recurrent state, which the model fixes, need not count samples: one batch of it goes with one batch
    // of the others whatever the sizes.
    let isSingleBatch = array.batchCount == 1 && array.layout != first.0.layout
    let isSameCut = array.layout.batchSize == first.0.layout.batchSize && !isSingleBatch
    if array.batchCount != first.0.batchCount || (isSameCut && array.sampleCount != first.0.sampleCount) {
      throw .badFile(
        "inputs have different numbers of samples: \(quoted(first.1.name)) \(first.0.sampleCount), "
          + "\(quoted(input.name)) \(array.sampleCount)")
    }
  }
}
