import FormatKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard error as a person sees it: messages, and progress where it is a terminal.
enum Terminal {
  /// Writes one line to standard error.
  static func printError(_ line: String) { write(line + "\n") }

  /// Shows how far a job is, in one line that is overwritten. Nothing is shown where standard error is not a terminal.
  static func showProgress(_ stage: String, _ done: Int, _ total: Int) {
    guard isTerminal else { return }
    let share = total > 0 ? " \(done)/\(total)" : "…"
    write("\r\u{1B}[K\(stage)\(share)")
  }

  /// Clears the line of progress.
  static func finishProgress() {
    if isTerminal { write("\r\u{1B}[K") }
  }

  private static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String) {
    var output = StandardError()
    output.write(text)
  }
}
