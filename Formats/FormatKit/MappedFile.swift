public import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Read-only access to a whole file without copying it.
public enum MappedFile {
  /// Maps the regular file at `path`. The bytes stay valid after the file is replaced or unlinked, but not after it
  /// is truncated in place. An empty file gives no bytes: whether that is an error is for the format to say.
  public static func open(_ path: String) throws(FormatError) -> Bytes {
    // O_NONBLOCK keeps a pipe without a writer from blocking before its kind can be looked at.
    let descriptor = Int32(retryingOnInterrupt { Int(systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) })
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? FormatError(.noSuchFile, "no such file") : systemFailure("cannot open")
    }
    defer { close(descriptor) }
    switch FileKind(descriptor: descriptor) {
    case .regular(let size, _): return size == 0 ? Bytes() : try map(descriptor, size: size)
    case .directory: throw .badFile("is a folder, not a file")
    case .other: throw .badFile("is not a regular file")
    case nil: throw systemFailure("cannot open")
    }
  }

  private static func map(_ descriptor: Int32, size: Int) throws(FormatError) -> Bytes {
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard unsafe address != MAP_FAILED, let address = unsafe address else { throw systemFailure("cannot map") }
    let mapping = unsafe Mapping(address, count: size)
    return unsafe Bytes(unsafeStart: UnsafeRawPointer(address), count: size, owner: mapping)
  }
}

/// Pages of a file, unmapped with their last reference.
@safe private final class Mapping {
  private let address: UnsafeMutableRawPointer
  private let count: Int

  init(_ address: UnsafeMutableRawPointer, count: Int) {
    unsafe self.address = address
    self.count = count
  }

  deinit { unsafe munmap(address, count) }
}
