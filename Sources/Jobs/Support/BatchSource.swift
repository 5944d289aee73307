import ModelGraph
import Tensors

/// Where the batch that a model is timed on comes from.
struct BatchSource {
  /// The user's data; nil for made-up inputs.
  let data: String?
  let inputs: [Value]

  /// The first batch of about `size` samples: the model and the data may fix another number.
  func batch(_ size: Int) throws(JobError) -> [Tensor] {
    guard let data else { return try SyntheticData.batch(for: inputs, batch: size) }
    return try ModelData(path: data, inputs: inputs, batch: size).batch(0)
  }

  /// The samples in that batch.
  func count(_ size: Int) throws(JobError) -> Int {
    guard let data else { return size }
    return try ModelData(path: data, inputs: inputs, batch: size).batchSize
  }
}
