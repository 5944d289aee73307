public import Engine
public import Kernels
public import Operators
public import Tensors

/// Where the time of a model's runs goes.
public struct ProfileReport: Sendable {
  /// One node, in the order of the run.
  public struct Node: Sendable {
    /// The name in the model; empty where neither the node nor its output has one.
    public let name: String
    public let operatorName: String
    /// The median over all iterations.
    public let milliseconds: Double
    /// What the operator says of itself; nil where it says nothing.
    public let work: OperatorWork?
    /// The bytes of all inputs, weights included, and of all outputs; 0 where an output is an input under another shape.
    public let bytes: Int
    /// The first output.
    public let output: Outline?
  }

  /// Type and shape of a tensor.
  public struct Outline: Sendable, Hashable {
    public let type: DataType
    public let shape: Shape

    init(_ tensor: Tensor) {
      type = tensor.type
      shape = tensor.shape
    }
  }

  /// All nodes of one operator.
  public struct Operator: Sendable {
    public let name: String
    public let count: Int
    public let milliseconds: Double
    /// The arithmetic of the products; nil where there are none.
    public let arithmetic: OperatorWork.Arithmetic?
    public let multiplyAdds: Int
    public let bytes: Int
  }

  public let model: String
  public let batch: Int
  public let iterations: Int
  public let threads: Int
  public let cpu: CPUDescription
  public let kernels: KernelTier
  public let nodes: [Node]
  /// The median time of a run in which no node is timed, in milliseconds.
  public let milliseconds: Double
  /// The median time that a run spends before, between and after its nodes, in milliseconds.
  public let betweenMilliseconds: Double
  /// What the machine's products reached meanwhile.
  public let peaks: ProductPeaks
  /// Bytes per second that go to or come from memory while it is copied.
  public let memoryRate: Double
  /// The most bytes of inputs and results of nodes that are needed at the same time; constants and what operators need
  /// while they run do not count.
  public let activationBytes: Int
  /// The bytes of all constants of the model.
  public let weightBytes: Int
  public let passes: [AppliedPass]
  public let warnings: [String]

  /// The sum of the nodes' times, in milliseconds.
  public var nodeMilliseconds: Double { nodes.reduce(0) { $0 + $1.milliseconds } }

  /// The share of some of the work in the time of all nodes, 0 to 1.
  public func share(of work: some ProfiledWork) -> Double {
    nodeMilliseconds > 0 ? work.milliseconds / nodeMilliseconds : 0
  }

  /// The nodes by operator, the most expensive operator first.
  public var operators: [Operator] {
    Dictionary(grouping: nodes, by: \.operatorName).map { name, nodes in
      Operator(
        name: name, count: nodes.count, milliseconds: nodes.reduce(0) { $0 + $1.milliseconds },
        arithmetic: nodes.lazy.compactMap(\.work).first { $0.multiplyAdds > 0 }?.arithmetic,
        multiplyAdds: nodes.reduce(0) { $0 + ($1.work?.multiplyAdds ?? 0) },
        bytes: nodes.reduce(0) { $0 + $1.bytes })
    }
    .sorted { ($1.milliseconds, $0.name) < ($0.milliseconds, $1.name) }
  }
}

/// Something that took a time and did an amount of work in it.
public protocol ProfiledWork {
  var milliseconds: Double { get }
  var multiplyAdds: Int { get }
  var arithmetic: OperatorWork.Arithmetic? { get }
  var bytes: Int { get }
}

extension ProfiledWork {
  /// 10⁹ operations per second, a multiply-add being two; nil where there are no products.
  public var gigaoperations: Double? {
    multiplyAdds > 0 && milliseconds > 0 ? 2 * Double(multiplyAdds) / milliseconds * 1e-6 : nil
  }

  /// 10⁹ bytes per second, read and written; nil where nothing moves.
  public var gigabytes: Double? { bytes > 0 && milliseconds > 0 ? Double(bytes) / milliseconds * 1e-6 : nil }

  /// The share of what the machine does at best, 0 to 1; nil where there are no products.
  public func shareOfPeak(_ peaks: ProductPeaks) -> Double? {
    guard let gigaoperations, let arithmetic else { return nil }
    let peak = peaks.rate(of: arithmetic)
    return peak > 0 ? gigaoperations * 1e9 / peak : nil
  }
}

extension ProfileReport.Node: ProfiledWork {
  public var multiplyAdds: Int { work?.multiplyAdds ?? 0 }
  public var arithmetic: OperatorWork.Arithmetic? { work?.arithmetic }
}

extension ProfileReport.Operator: ProfiledWork {}
