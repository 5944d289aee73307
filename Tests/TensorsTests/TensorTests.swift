import Tensors
import Testing

@Suite struct TensorTests {
  @Test func elementsComeBackInRowMajorOrder() {
    let tensor = Tensor([2, 3], [1, 2, 3, 4, 5, 6] as [Float])
    #expect(tensor.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(tensor.shape.strides == [3, 1])
  }

  @Test func aTensorIsSoleUntilSomeoneElseHasIt() {
    var tensor = Tensor([2], [1, 2] as [Float])
    let alone = tensor.isSole
    let other = tensor
    let shared = tensor.isSole
    #expect(alone && !shared)
    #expect(other.count == 2)
  }

  @Test func aTensorThatSharesItsElementsIsNotSole() {
    var tensor = Tensor([2], [1, 2] as [Float])
    var row = tensor.reshaped([1, 2])
    let sole = [tensor.isSole, row.isSole]
    #expect(sole == [false, false])
    #expect(row.array(of: Float.self) == [1, 2])
  }

  @Test func aTensorIsWrittenOverASpentOneOfItsShapeOnly() {
    func written(over spent: Tensor?) -> Tensor {
      Tensor([2], of: Float.self, overwriting: spent) { span in
        for index in span.indices { span[index] = 7 }
      }
    }
    let same = Tensor([2], [1, 2] as [Float])
    let longer = Tensor([3], [1, 2, 3] as [Float])
    let other = Tensor([2], [1, 2] as [Int32])
    for spent in [same, longer, other, nil] { #expect(written(over: spent).array(of: Float.self) == [7, 7]) }
    #expect(same.array(of: Float.self) == [7, 7])
    #expect(longer.array(of: Float.self) == [1, 2, 3])
    #expect(other.array(of: Int32.self) == [1, 2])
  }
}
