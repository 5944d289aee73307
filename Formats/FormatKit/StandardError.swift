#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard error as a text stream. What cannot be written is lost without complaint: there is no one left to tell.
public struct StandardError: TextOutputStream {
  public init() {}

  public mutating func write(_ text: String) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes[offset...].withUnsafeBytes { buffer in
        retryingOnInterrupt { unsafe systemWrite(STDERR_FILENO, buffer.baseAddress, buffer.count) }
      }
      guard written > 0 else { return }
      offset += written
    }
  }
}
