import Tensors

/// BitShift (ONNX 11, 28): input 0 shifted by the number of bits in input 1, broadcast as NumPy does.
///
/// A shift by a negative number, or by the width of the type or more, leaves 0, or −1 where a negative integer is
/// shifted to the right.
struct BitShift: BinaryIntegerOperator {
  static let schema = OperatorSchema(
    "BitShift", versions: 11...newestOpset, inputs: 2...2, float16Since: nil, bfloat16Since: nil)

  private let toLeft: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    switch try node.string("direction") {
    case "LEFT"?: toLeft = true
    case "RIGHT"?: toLeft = false
    case let other?: throw .attribute("direction", "is \"\(other)\", expected one of \"LEFT\", \"RIGHT\"")
    case nil: throw .attribute("direction", "is missing")
    }
  }

  func apply<Element: IntegerElement>(_ left: Element, _ right: Element) -> Element {
    let distance = right < 0 ? Element.bitWidth : Int(clamping: right)
    return toLeft ? left << distance : left >> distance
  }
}
