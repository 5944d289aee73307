import Conversion
import Engine
import Kernels
import Operators
import Tensors

/// Runs of a session on one batch that are watched node by node.
struct ProfiledRun {
  let session: Session
  let inputs: [Tensor]
  /// The file that errors name.
  let path: String

  /// What a node does in every run.
  struct NodeFacts {
    var work: OperatorWork?
    var bytes = 0
    var output: ProfileReport.Outline?
  }

  /// What all runs have in common: what each node does, and how many bytes of activations are live at most.
  func facts() throws(JobError) -> (nodes: [NodeFacts], activationBytes: Int) {
    var nodes = [NodeFacts](repeating: NodeFacts(), count: session.nodes.count)
    var activationBytes = 0
    try run { _, record in
      let record = record()
      nodes[record.index] = NodeFacts(
        work: session.work(of: record), bytes: record.movedBytes,
        output: record.outputs.lazy.compactMap(\.self).first.map(ProfileReport.Outline.init))
      activationBytes = max(activationBytes, record.liveBytes)
    }
    return (nodes, activationBytes)
  }

  /// Median times in milliseconds.
  struct Times {
    /// Of a run in which nothing is watched.
    let run: Double
    /// Of each node, in runs that are watched.
    let nodes: [Double]
    /// Of what those runs do besides.
    let between: Double
    /// What the machine's products reached meanwhile.
    let peaks: ProductPeaks
  }

  /// Iterations between two looks at the machine's peaks, which take some milliseconds.
  private static let iterationsPerPeak = 10

  /// Times runs that are watched and runs that are not, which take turns, so that whatever else the machine does hits
  /// both alike.
  func times(iterations: Int, compute: Compute, _ progress: ProgressHandler) throws(JobError) -> Times {
    var peaks = PeakSamples()
    var whole: [Double] = []
    var between: [Double] = []
    var nodes = [[Double]](repeating: [], count: session.nodes.count)
    for iteration in -2..<iterations {
      progress("timing", max(iteration, 0), iterations)
      if iteration >= 0, iteration % Self.iterationsPerPeak == 0 { peaks.add(compute) }
      let unwatched = try time()
      var durations = [Duration](repeating: .zero, count: nodes.count)
      let watched = try time { timing, _ in durations[timing.index] = timing.duration }
      guard iteration >= 0 else { continue }
      whole.append(unwatched.milliseconds)
      between.append((watched - durations.reduce(.zero, +)).milliseconds)
      for (index, duration) in durations.enumerated() { nodes[index].append(duration.milliseconds) }
    }
    progress("timing", iterations, iterations)
    return Times(run: whole.median, nodes: nodes.map(\.median), between: between.median, peaks: peaks.median)
  }

  private func time(_ trace: StepObserver? = nil) throws(JobError) -> Duration {
    let start = ContinuousClock.now
    try run(trace)
    return ContinuousClock.now - start
  }

  private func run(_ trace: StepObserver? = nil) throws(JobError) {
    do { _ = try session.run(inputs, tracing: trace) } catch {
      throw JobError(.badInput, path: path, error.description)
    }
  }
}

extension StepRecord {
  /// The bytes of inputs and outputs; 0 where an output is an input under another shape.
  var movedBytes: Int {
    let (read, written) = (inputs.compactMap(\.self), outputs.compactMap(\.self))
    let isView = written.contains { output in
      read.contains { $0.bytes.span.isIdentical(to: output.bytes.span) }
    }
    return isView ? 0 : (read + written).reduce(0) { $0 + $1.bytes.count }
  }
}
