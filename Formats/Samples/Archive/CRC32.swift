import CLibdeflate

/// The checksum that zip and gzip use.
enum CRC32 {
  /// The checksum of `bytes` behind other bytes, whose checksum is `start`.
  static func of(_ bytes: RawSpan, after start: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      // Without an address, libdeflate would begin anew.
      buffer.count > 0 ? unsafe libdeflate_crc32(start, buffer.baseAddress, buffer.count) : start
    }
  }
}
