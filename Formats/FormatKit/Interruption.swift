#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What becomes of a process that is told to stop.
public enum Interruption {
  /// Lets SIGINT, SIGTERM and SIGHUP end the process at once with exit code 128 plus the signal's number, as a shell
  /// reports them, leaving behind no `AtomicFile` that was not committed.
  ///
  /// SIGHUP stays ignored where the process was started so. SIGINT does not: shells start what scripts run in the
  /// background with it ignored, and whoever interrupts it all the same wants it to end.
  ///
  /// A setting of the whole process, for programs and not for libraries. It must come before other threads are
  /// started: they inherit that a thread of this function's own takes the signals.
  ///
  /// - Parameter lastWords: called before the process ends, on that thread.
  public static func endsProcess(after lastWords: @escaping @Sendable () -> Void) {
    let watch = Watch(signals: [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP]), lastWords: lastWords)
    var signals = watch.set
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let context = unsafe Unmanaged.passRetained(watch)
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        let raw: UnsafeMutableRawPointer? = unsafe context
        unsafe Unmanaged<Watch>.fromOpaque(raw!).takeRetainedValue().wait()
      }, context.toOpaque())
    guard code != 0 else { return }
    // Without a thread to take them the signals do what they always do.
    unsafe context.release()
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the process was started with a signal ignored, as `nohup` does: such a signal is not to end it.
  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      let handler = unsafe action.__sigaction_handler.sa_handler
    #else
      let handler = unsafe action.__sigaction_u.__sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// Waits for the signals that end the process.
private final class Watch: Sendable {
  private let signals: [Int32]
  private let lastWords: @Sendable () -> Void

  init(signals: [Int32], lastWords: @escaping @Sendable () -> Void) {
    self.signals = signals
    self.lastWords = lastWords
  }

  var set: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    return set
  }

  func wait() -> Never {
    var set = self.set
    var signal: Int32 = 0
    while unsafe sigwait(&set, &signal) != 0 {}
    lastWords()
    UnfinishedFiles.deleteAll(exitCode: 128 + signal)
  }
}
