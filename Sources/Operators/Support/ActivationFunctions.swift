/// ln(1 + e^x), without overflow.
func softplus<Element: RealElement>(_ x: Element) -> Element {
  (-x.magnitude).exponential.logarithmOfOnePlus + .larger(x, 0)
}

/// x · Φ(x) with the error function.
func gelu<Element: RealElement>(_ x: Element) -> Element {
  0.5 * x * (1 + (x * Element(0.5).squareRoot()).errorFunction)
}

/// x · Φ(x) approximated: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
func geluByTanh<Element: RealElement>(_ x: Element) -> Element {
  let scale = (2 / Element.pi).squareRoot()
  return 0.5 * x * (1 + (scale * (x + 0.044715 * x * x * x)).hyperbolicTangent)
}
