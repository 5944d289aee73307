import CONNX
import FormatKit
import Tensors

/// A safe look at one unpacked message or one inside it. What it hands out is copied or keeps the message alive.
///
/// `Kind` tells views of different messages apart. It is not the C type itself, which no safe code could name.
@safe struct View<Kind> {
  private let start: UnsafeRawPointer
  private let owner: UnpackedMessage

  @unsafe init(_ start: UnsafeRawPointer, owner: UnpackedMessage) {
    unsafe self.start = start
    self.owner = owner
  }

  /// The message as the C type that belongs to `Kind`.
  @unsafe func contents<Message>() -> Message { unsafe start.assumingMemoryBound(to: Message.self).pointee }

  /// The fields that onnx.proto does not declare, as they are on the wire.
  var unknownFields: [UInt8] {
    // Every message of protobuf-c starts with its base.
    let base: ProtobufCMessage = unsafe contents()
    var fields = WireBuffer()
    for index in unsafe 0..<Int(base.n_unknown_fields) {
      let field = unsafe base.unknown_fields[index]
      unsafe fields.append(
        unknownField: Int(field.tag), wireType: UInt8(field.wire_type.rawValue),
        UnsafeRawBufferPointer(start: field.data, count: field.len))
    }
    return fields.bytes
  }
}

/// Wrappers of the C types that fields are made of.
extension View {
  @unsafe func one<Message, Child>(_ child: UnsafeMutablePointer<Message>?) -> View<Child>? {
    unsafe child.map { unsafe View<Child>($0, owner: owner) }
  }

  @unsafe func many<Message, Child>(
    _ children: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
  ) -> [View<Child>] {
    unsafe UnsafeBufferPointer(start: children, count: count).map { unsafe View<Child>($0!, owner: owner) }
  }

  @unsafe func data(_ data: ProtobufCBinaryData) -> [UInt8] {
    unsafe [UInt8](UnsafeBufferPointer(start: data.data, count: data.len))
  }

  @unsafe func text(_ data: ProtobufCBinaryData) throws(FormatError) -> String {
    let bytes = unsafe UnsafeBufferPointer(start: data.data, count: data.len)
    guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
      throw .badFile("the name \(quoted(unsafe String(decoding: bytes, as: UTF8.self))) is not UTF-8")
    }
    return text
  }

  @unsafe func texts(_ start: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) throws(FormatError) -> [String]
  {
    var texts: [String] = []
    texts.reserveCapacity(count)
    for index in 0..<count { texts.append(unsafe try text(start![index])) }
    return texts
  }

  @unsafe func numbers<Number>(_ start: UnsafeMutablePointer<Number>?, _ count: Int) -> [Number] {
    unsafe [Number](UnsafeBufferPointer(start: start, count: count))
  }

  /// Numbers in place, as bytes that keep the message alive.
  @unsafe func bytes<Number: BitwiseCopyable>(of start: UnsafeMutablePointer<Number>?, _ count: Int) -> Bytes {
    unsafe Bytes(unsafeStart: start, count: count * MemoryLayout<Number>.stride, owner: owner)
  }
}

/// The messages that there are views of.
enum Messages {
  enum Model {}
  enum Graph {}
  enum Node {}
  enum Attribute {}
  enum Function {}
  enum OperatorSet {}
  enum Entry {}
  enum Tensor {}
  enum ValueInfo {}
  enum ValueType {}
  enum TensorType {}
  enum Shape {}
  enum Dimension {}
}
