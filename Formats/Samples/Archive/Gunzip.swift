import FormatKit
import Tensors

/// Decompresses a gzip file (RFC 1952) of one or more members.
///
/// How much it gives is known for certain at its end only. It is tried with the memory that its last member announces,
/// as far as that is no more than four times what the data is known to give, so that a wrong number costs little.
func gunzip(_ file: Bytes) throws(FormatError) -> Bytes {
  let decompressor = try Decompressor()
  let announced = try announcedSize(file)
  var leastSize = file.count
  while true {
    let capacity = announced >= leastSize ? min(announced, 4 * leastSize) : 2 * leastSize
    if let content = try gunzip(file, decompressor, capacity: capacity) { return content }
    leastSize = capacity + 1
  }
}

/// The smallest size from that of the file on that agrees with its last four bytes: those are the size of the last
/// member modulo 2³², and hardly anything becomes larger by compression.
private func announcedSize(_ file: Bytes) throws(FormatError) -> Int {
  guard file.count >= 4 else { return file.count }
  var trailer = ByteReader(file.slice(file.count - 4..<file.count))
  let size: UInt32 = try trailer.read()
  return file.count + Int(size &- UInt32(truncatingIfNeeded: file.count))
}

/// Decompresses all members; nil where they give more than `capacity` bytes.
private func gunzip(
  _ file: Bytes, _ decompressor: borrowing Decompressor, capacity: Int
) throws(FormatError) -> Bytes? {
  var builder = TensorBuilder<UInt8>(Shape([capacity]))
  var span = builder.span
  let size = try unsafe span.withUnsafeMutableBytes { output throws(FormatError) in
    try unsafe file.withUnsafeBytes { input throws(FormatError) in
      try unsafe gunzip(input, decompressor, into: output)
    }
  }
  guard let size else { return nil }
  return builder.finish().bytes.slice(0..<size)
}

/// - Returns: the number of bytes that the members give; nil where that is more than `output` takes.
@unsafe private func gunzip(
  _ input: UnsafeRawBufferPointer, _ decompressor: borrowing Decompressor, into output: UnsafeMutableRawBufferPointer
) throws(FormatError) -> Int? {
  var (read, written) = (0, 0)
  repeat {
    let member = unsafe UnsafeRawBufferPointer(rebasing: input[read...])
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output[written...])
    guard let counts = try unsafe decompressor.run(.gzip, on: member, into: room) else { return nil }
    read += counts.read
    written += counts.written
  } while read < input.count
  return written
}
