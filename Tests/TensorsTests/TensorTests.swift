import Tensors
import Testing

@Suite struct TensorTests {
  @Test func elementsComeBackInRowMajorOrder() {
    let tensor = Tensor([2, 3], [1, 2, 3, 4, 5, 6] as [Float])
    #expect(tensor.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(tensor.shape.strides == [3, 1])
  }
}
