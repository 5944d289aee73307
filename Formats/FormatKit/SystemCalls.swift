#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The failure of a system call, from `errno`: `cannot open: Permission denied`.
func systemFailure(_ doing: String, code: Int32 = errno) -> FormatError {
  if code == ENOENT || code == ENOTDIR { return FormatError(.noSuchFile, "no such file or folder") }
  let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  return FormatError(.io, "\(doing): \(reason)")
}

/// Repeats a system call while a signal interrupts it.
func retryingOnInterrupt(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// What kind of file a path names.
enum FileKind {
  case regular(size: Int, permissions: mode_t)
  case directory
  case other

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular(size: Int(status.st_size), permissions: status.st_mode & 0o777)
    case S_IFDIR: self = .directory
    default: self = .other
    }
  }

  /// The kind of the file that `path` names, following links; nil where nothing can be found there.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The kind of an open file.
  init?(descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// `open` under a name that a type with an `open` of its own can call.
func systemOpen(_ path: String, _ flags: Int32, _ permissions: mode_t = 0) -> Int32 {
  unsafe open(path, flags, permissions)
}

/// `write` under a name that a type with a `write` of its own can call.
@unsafe func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, start, count)
}

/// `rename` under a name that a type with a `rename` of its own can call.
func systemRename(_ path: String, _ target: String) -> Int32 { unsafe rename(path, target) }
