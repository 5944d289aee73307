import Engine
import Kernels
import Tensors

/// Refuses batches that cannot fit in memory: there an allocation does not fail, the process is ended.
struct BatchLimit {
  let session: Session
  /// The file that the error names.
  let path: String

  /// Runs one sample and throws where `size` times what it needs is more than the machine has. Where one sample cannot
  /// be run by itself, nothing is known and nothing refused.
  func check(_ source: BatchSource, size: Int, memory: Int = ProcessMemory.physicalBytes) throws(JobError) {
    let batch = try source.count(size)
    guard batch > 1 else { return }
    let one = try source.batch(1)
    guard one.contains(where: { $0.shape.dimensions.first == 1 }), let bytes = try? activationBytes(of: one) else {
      return
    }
    let (needed, overflow) = bytes.multipliedReportingOverflow(by: batch)
    guard overflow || needed > memory else { return }
    let gigabytes = (Double(bytes) * Double(batch) * 1e-9).significant(3)
    throw JobError(
      .usage, path: path,
      "a batch of \(batch) needs about \(gigabytes) GB for activations, more than the "
        + "\((Double(memory) * 1e-9).significant(3)) GB of this machine")
  }

  private func activationBytes(of inputs: [Tensor]) throws(EngineError) -> Int {
    var largest = 0
    _ = try session.run(inputs, tracing: { _, record in largest = max(largest, record().liveBytes) })
    return largest
  }
}
