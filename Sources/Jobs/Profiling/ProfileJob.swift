import Conversion
import Engine
public import Kernels
import ModelGraph
import Tensors

/// Runs a model and measures where its time goes, node by node.
public struct ProfileJob {
  public var model: String
  /// Data whose first batch is run; nil for made-up inputs.
  public var data: String?
  public var batch: Int
  public var iterations: Int

  public init(model: String, data: String? = nil, batch: Int = 1, iterations: Int = 100) {
    self.model = model
    self.data = data
    self.batch = batch
    self.iterations = iterations
  }

  public func run(compute: Compute, progress: @escaping ProgressHandler = { _, _, _ in }) throws(JobError)
    -> ProfileReport
  {
    let loaded = try LoadedModel(path: model)
    let session = try loaded.session(compute: compute)
    let source = BatchSource(data: data, inputs: session.inputs)
    try BatchLimit(session: session, path: model).check(source, size: batch)
    let inputs = try source.batch(batch)
    let run = ProfiledRun(session: session, inputs: inputs, path: model)
    let facts = try run.facts()
    progress("measuring the machine", 0, 0)
    let memoryRate = compute.measureMemoryRate()
    let times = try run.times(iterations: iterations, compute: compute, progress)
    let actualBatch = inputs.first?.shape.dimensions.first ?? 1
    return ProfileReport(
      model: model, batch: actualBatch, iterations: iterations, threads: compute.pool.threads, cpu: CPUDescription(),
      kernels: compute.tier,
      nodes: session.nodes.indices.map { index in
        ProfileReport.Node(session.nodes[index], facts.nodes[index], milliseconds: times.nodes[index])
      },
      milliseconds: times.run, betweenMilliseconds: times.between,
      peaks: times.peaks, memoryRate: memoryRate, activationBytes: facts.activationBytes,
      weightBytes: loaded.model.values.reduce(0) { $0 + ($1.constant?.bytes.count ?? 0) }, passes: session.passes,
      warnings: warnings(actualBatch: actualBatch))
  }

  private func warnings(actualBatch: Int) -> [String] {
    (data == nil ? ["inputs were made up: what depends on their values may take another time on real data"] : [])
      + (actualBatch != batch ? ["the batch is \(actualBatch): the model or the data fix it"] : [])
  }
}

extension ProfileReport.Node {
  fileprivate init(_ node: SessionNode, _ facts: ProfiledRun.NodeFacts, milliseconds: Double) {
    name = node.name
    operatorName = "\(node.operatorName)"
    self.milliseconds = milliseconds
    work = facts.work
    bytes = facts.bytes
    output = facts.output
  }
}
