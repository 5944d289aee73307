public import FormatKit

/// Why a job failed: which file, what was wrong, and the exit code that says so to scripts.
public struct JobError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file at fault; nil where the fault is in the request.
  public let path: String?
  public let message: String
  public let status: ExitStatus

  public init(_ status: ExitStatus, path: String? = nil, _ message: String) {
    self.status = status
    self.path = path
    self.message = message
  }

  /// Puts the file in front of what a format says of it.
  public init(_ error: FormatError, path: String) {
    switch error.kind {
    case .noSuchFile: self.init(.noSuchFile, path: path, error.message)
    case .badFile: self.init(.badInput, path: path, error.message)
    case .io: self.init(.inputOutput, path: path, error.message)
    }
  }

  public var description: String { path.map { "\($0): \(message)" } ?? message }
}

/// How the tool ends (BSD `sysexits.h` where it has a code for it).
public enum ExitStatus: Int32, Sendable, Hashable {
  case done = 0
  /// `verify` found a limit exceeded.
  case limitExceeded = 1
  /// The request makes no sense.
  case usage = 64
  /// A file is not what it should be.
  case badInput = 65
  case noSuchFile = 66
  /// A fault of this program.
  case internalError = 70
  /// The operating system refused to read or write.
  case inputOutput = 74
}
