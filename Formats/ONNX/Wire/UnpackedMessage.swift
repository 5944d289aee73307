import CONNX
import FormatKit
import Tensors

/// A message that protobuf-c has unpacked, freed with its last reference.
@safe final class UnpackedMessage {
  private let message: UnsafeMutablePointer<ProtobufCMessage>

  /// Cuts the weights out of `file` and unpacks the rest.
  init(_ file: Bytes, root: onnx_root) throws(FormatError) {
    var skeleton = unsafe try Self.skeleton(of: file, root: root)
    defer { unsafe onnx_skeleton_free(&skeleton) }
    let message: UnsafeMutableRawPointer? =
      unsafe root == ONNX_ROOT_MODEL
      ? UnsafeMutableRawPointer(onnx__model_proto__unpack(nil, skeleton.count, skeleton.bytes))
      : UnsafeMutableRawPointer(onnx__tensor_proto__unpack(nil, skeleton.count, skeleton.bytes))
    guard let message = unsafe message else { throw .badFile("a field has the wrong type or memory has run out") }
    unsafe self.message = message.assumingMemoryBound(to: ProtobufCMessage.self)
  }

  deinit { unsafe protobuf_c_message_free_unpacked(message, nil) }

  /// The message itself. `Kind` must be that of its root.
  func view<Kind>(as: Kind.Type) -> View<Kind> { unsafe View(message, owner: self) }

  private static func skeleton(of file: Bytes, root: onnx_root) throws(FormatError) -> onnx_skeleton {
    var skeleton = unsafe onnx_skeleton()
    var error = unsafe onnx_scan_error()
    let isGood = unsafe file.withUnsafeBytes { file in
      let start = unsafe file.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return unsafe onnx_skeleton_make(start, file.count, root, &skeleton, &error)
    }
    guard isGood else {
      throw .badFile("byte \(unsafe error.offset): \(unsafe String(cString: error.reason))")
    }
    return unsafe skeleton
  }
}
