import Kernels
import ModelGraph
import Samples

/// Samples to calibrate with, all of them finite.
struct CalibrationData: Sendable {
  let data: ModelData
  /// What they look like, input by input.
  let summaries: [InputSummary]

  /// - Throws: also where a sample has a NaN or an infinity, which would poison the range of everything after it.
  init(path: String, for model: Model, batch: Int?, compute: Compute) throws(JobError) {
    data = try ModelData(path: path, inputs: model.requiredInputs.map { model[$0] }, batch: batch)
    summaries = try data.summarize(compute)
    if let fault = summaries.flatMap(\.warnings).first(where: { $0.kind == .notFinite }) {
      throw JobError(.badInput, path: path, fault.description)
    }
  }
}
