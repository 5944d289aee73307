public import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file in the making that takes the place of its target as a whole or not at all.
///
/// The bytes go to a hidden file beside the target. `commit()` makes them durable and renames it; a writer that goes
/// away without a commit removes it and leaves the target as it was; so does a signal that ends the process, where
/// `Interruption` sees to it. Because the old file is replaced, not written over, what has been mapped from it stays
/// valid.
public struct AtomicFile: ~Copyable {
  private let target: FilePath
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var flushed = 0
  private static let bufferSize = 1 << 20

  /// Starts a file that is to become `path`, which may exist but must then be a regular file. A link is followed.
  public init(replacing path: String) throws(FormatError) {
    let target = FilePath(FilePath(path).resolved ?? path)
    let permissions = try Self.permissions(of: target)
    (temporary, descriptor) = try Self.create(beside: target)
    self.target = target
    if let permissions { _ = fchmod(descriptor, permissions) }
  }

  /// The number of bytes written so far.
  public var count: Int { flushed + buffer.count }

  /// Appends bytes. Small pieces are gathered, large ones are passed to the system without a copy.
  public mutating func append(_ bytes: Bytes) throws(FormatError) { try append(bytes.span) }

  public mutating func append(_ bytes: [UInt8]) throws(FormatError) { unsafe try append(bytes.span.bytes) }

  public mutating func append(_ bytes: RawSpan) throws(FormatError) {
    if buffer.count + bytes.byteCount > Self.bufferSize { try flush() }
    if bytes.byteCount > Self.bufferSize {
      try write(bytes)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  /// Appends `count` zero bytes.
  public mutating func appendZeros(_ count: Int) throws(FormatError) {
    try append([UInt8](repeating: 0, count: count))
  }

  /// Makes the bytes durable and puts the file in the place of its target.
  /// - Returns: the number of bytes of the file.
  @discardableResult
  public consuming func commit() throws(FormatError) -> Int {
    try flush()
    let written = flushed
    guard fsync(descriptor) == 0 else { throw systemFailure("cannot write") }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else {
      let failure = systemFailure("cannot write")
      UnfinishedFiles.delete(temporary)
      throw failure
    }
    let renamed = UnfinishedFiles.rename(temporary, to: target.text)
    guard renamed.value == 0 else {
      UnfinishedFiles.delete(temporary)
      throw systemFailure("cannot write", code: renamed.code)
    }
    Self.synchronize(folder: target.folder)
    return written
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    UnfinishedFiles.delete(temporary)
  }

  private mutating func flush() throws(FormatError) {
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    unsafe try write(pending.span.bytes)
  }

  private mutating func write(_ bytes: RawSpan) throws(FormatError) {
    let descriptor = descriptor
    let failure = unsafe bytes.withUnsafeBytes { unsafe Self.write($0, to: descriptor) }
    if let failure { throw failure }
    flushed += bytes.byteCount
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> FormatError? {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest)
      let count = retryingOnInterrupt { unsafe systemWrite(descriptor, piece.baseAddress, piece.count) }
      guard count > 0 else { return systemFailure("cannot write", code: count == 0 ? EIO : errno) }
      unsafe rest = rest.dropFirst(count)
    }
    return nil
  }
}

extension AtomicFile {
  /// The permissions of an existing target, which its replacement inherits.
  private static func permissions(of target: FilePath) throws(FormatError) -> mode_t? {
    switch FileKind(path: target.text) {
    case .regular(_, let permissions): return permissions
    case .directory: throw FormatError(.io, "cannot write: is a folder")
    case .other: throw FormatError(.io, "cannot write: is not a regular file")
    case nil: return nil
    }
  }

  /// Creates an empty hidden file in the folder of `target`.
  private static func create(beside target: FilePath) throws(FormatError) -> (path: String, descriptor: Int32) {
    guard !target.name.isEmpty else { throw FormatError(.io, "cannot write: the path names no file") }
    while true {
      let unique = "\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
      let path = target.sibling(".\(target.name.prefix(100)).tmp-\(unique)")
      let opened = UnfinishedFiles.add(path) { systemOpen(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      switch opened.code {
      case _ where opened.value >= 0: return (path, opened.value)
      case EEXIST, EINTR: continue
      case ENOENT, ENOTDIR: throw FormatError(.io, "cannot write: there is no folder \(quoted(target.folder))")
      default: throw systemFailure("cannot write", code: opened.code)
      }
    }
  }

  /// Makes a rename durable. A file system that cannot is no reason to fail: the data itself is safe.
  private static func synchronize(folder: String) {
    let descriptor = systemOpen(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}
