/// Operators with weights or windows: products, convolutions, pooling, recurrences, and all quantized forms.
let weightedOperators: [any Operator.Type] = [
  AveragePool.self,
  Conv.self,
  ConvTranspose.self,
  FusedConv.self,
  FusedGemm.self,
  FusedMatMul.self,
  Gemm.self,
  GlobalAveragePool.self,
  GlobalLpPool.self,
  GlobalMaxPool.self,
  LpPool.self,
  MatMul.self,
  MaxPool.self,
  MaxUnpool.self,
]
