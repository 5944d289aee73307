import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The hidden files of this process that have not taken the place of their targets yet.
///
/// There is one list for the whole process because what it is for, a signal that ends the process, is addressed to
/// the process. Files come into being and take their places while the list is locked, so that it is never wrong.
enum UnfinishedFiles {
  private static let paths = Mutex<Set<String>>([])

  /// The outcome of a system call: what it returned, and `errno` where that was negative.
  struct CallResult {
    let value: Int32
    let code: Int32

    init(_ call: () -> Int32) {
      value = call()
      code = value < 0 ? errno : 0
    }
  }

  /// Creates the file `path` by a call that returns a descriptor.
  static func add(_ path: String, by create: () -> Int32) -> CallResult {
    paths.withLock { paths in
      let result = CallResult(create)
      if result.value >= 0 { paths.insert(path) }
      return result
    }
  }

  /// Puts the file `path` in the place of `target`.
  static func rename(_ path: String, to target: String) -> CallResult {
    paths.withLock { paths in
      let result = CallResult { systemRename(path, target) }
      if result.value >= 0 { paths.remove(path) }
      return result
    }
  }

  /// Deletes the file `path`.
  static func delete(_ path: String) {
    paths.withLock { paths in
      unsafe unlink(path)
      paths.remove(path)
    }
  }

  /// Deletes all of them and ends the process before there can be another.
  static func deleteAll(exitCode: Int32) -> Never {
    paths.withLock { paths in
      for path in paths { unsafe unlink(path) }
      _exit(exitCode)
    }
  }
}
