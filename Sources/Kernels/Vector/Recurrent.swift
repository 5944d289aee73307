internal import CKernels

/// The element-wise part of one time step of a recurrent layer, after the matrix products. Gates come as
/// pre-activations: sums of products and biases. States are [batch][hidden]. `clip` bounds the magnitude of what enters
/// an activation. Activations are sigmoid and tanh, the defaults of ONNX.
extension Compute {
  /// LSTM with gates [batch][i, o, f, c][hidden] (ONNX): i = σ(i + Pᵢc′), f = σ(f + P_f c′), c = f c′ + i tanh(c),
  /// o = σ(o + Pₒc), h = o tanh(c), where c′ is the previous cell state.
  ///
  /// - Parameters:
  ///   - peepholes: [i, o, f][hidden], or empty for none.
  ///   - cell: the previous cell state, replaced by the new one.
  ///   - hidden: the new hidden state.
  ///   - couplesGates: whether f is 1 − i (`input_forget`).
  public func stepLSTM(
    gates: Span<Float>, peepholes: Span<Float>, cell: inout MutableSpan<Float>, hidden: inout MutableSpan<Float>,
    batch: Int, clip: Float = .infinity, couplesGates: Bool = false
  ) {
    let units = hiddenSize(hidden.count, batch)
    precondition(gates.count == 4 * hidden.count && cell.count == hidden.count, "LSTM states of another size")
    precondition(peepholes.isEmpty || peepholes.count == 3 * units, "\(peepholes.count) peepholes of \(units) units")
    unsafe gates.withUnsafeBufferPointer { gates in
      unsafe peepholes.withUnsafeBufferPointer { peepholes in
        unsafe cell.withUnsafeMutableBufferPointer { cell in
          unsafe hidden.withUnsafeMutableBufferPointer { hidden in
            unsafe ck_lstm_step(
              tier.identifier, gates.baseAddress, peepholes.isEmpty ? nil : peepholes.baseAddress, cell.baseAddress,
              cell.baseAddress, hidden.baseAddress, batch, units, clip, couplesGates ? 1 : 0)
          }
        }
      }
    }
  }

  /// GRU with `linear_before_reset` (ONNX): z = σ(zₓ + zₕ), r = σ(rₓ + rₕ), h = (1 − z) tanh(hₓ + r hₕ) + z h′.
  ///
  /// - Parameters:
  ///   - inputGates: [batch][z, r, h][hidden], from the input.
  ///   - recurrentGates: the same from the previous hidden state, with its biases.
  ///   - hidden: the previous hidden state h′, replaced by the new one.
  public func stepGRU(
    inputGates: Span<Float>, recurrentGates: Span<Float>, hidden: inout MutableSpan<Float>, batch: Int,
    clip: Float = .infinity
  ) {
    let units = hiddenSize(hidden.count, batch)
    precondition(inputGates.count == 3 * hidden.count, "\(inputGates.count) input gates of \(units) units")
    precondition(recurrentGates.count == 3 * hidden.count, "\(recurrentGates.count) recurrent gates of \(units) units")
    unsafe inputGates.withUnsafeBufferPointer { inputGates in
      unsafe recurrentGates.withUnsafeBufferPointer { recurrentGates in
        unsafe hidden.withUnsafeMutableBufferPointer { hidden in
          unsafe ck_gru_step(
            tier.identifier, inputGates.baseAddress, recurrentGates.baseAddress, hidden.baseAddress,
            hidden.baseAddress, batch, units, clip)
        }
      }
    }
  }

  /// GRU without `linear_before_reset`, first half: update = z = σ(zₓ + zₕ), and reset = r h′ with r = σ(rₓ + rₕ), of
  /// which `updateGRU` takes the recurrent product.
  ///
  /// - Parameters:
  ///   - inputGates: [batch][z, r, h][hidden], from the input.
  ///   - recurrentGates: [batch][z, r][hidden], from the previous hidden state h′, with its biases.
  ///   - previous: the previous hidden state h′.
  public func resetGRU(
    inputGates: Span<Float>, recurrentGates: Span<Float>, previous: Span<Float>, update: inout MutableSpan<Float>,
    reset: inout MutableSpan<Float>, batch: Int, clip: Float = .infinity
  ) {
    let units = hiddenSize(previous.count, batch)
    precondition(inputGates.count == 3 * previous.count, "\(inputGates.count) input gates of \(units) units")
    precondition(
      recurrentGates.count == 2 * previous.count, "\(recurrentGates.count) recurrent gates of \(units) units")
    precondition(update.count == previous.count && reset.count == previous.count, "GRU gates of another size")
    unsafe inputGates.withUnsafeBufferPointer { inputGates in
      unsafe recurrentGates.withUnsafeBufferPointer { recurrentGates in
        unsafe previous.withUnsafeBufferPointer { previous in
          unsafe update.withUnsafeMutableBufferPointer { update in
            unsafe reset.withUnsafeMutableBufferPointer { reset in
              unsafe ck_gru_reset(
                tier.identifier, inputGates.baseAddress, recurrentGates.baseAddress, previous.baseAddress,
                update.baseAddress, reset.baseAddress, batch, units, clip)
            }
          }
        }
      }
    }
  }

  /// GRU without `linear_before_reset`, second half: h = (1 − z) tanh(hₓ + candidate) + z h′.
  ///
  /// - Parameters:
  ///   - inputGates: [batch][z, r, h][hidden], from the input.
  ///   - candidate: the recurrent product of `reset` from `resetGRU`, with its biases.
  ///   - update: z from `resetGRU`.
  ///   - hidden: the previous hidden state h′, replaced by the new one.
  public func updateGRU(
    inputGates: Span<Float>, candidate: Span<Float>, update: Span<Float>, hidden: inout MutableSpan<Float>, batch: Int,
    clip: Float = .infinity
  ) {
    let units = hiddenSize(hidden.count, batch)
    precondition(inputGates.count == 3 * hidden.count, "\(inputGates.count) input gates of \(units) units")
    precondition(candidate.count == hidden.count && update.count == hidden.count, "GRU states of another size")
    unsafe inputGates.withUnsafeBufferPointer { inputGates in
      unsafe candidate.withUnsafeBufferPointer { candidate in
        unsafe update.withUnsafeBufferPointer { update in
          unsafe hidden.withUnsafeMutableBufferPointer { hidden in
            unsafe ck_gru_update(
              tier.identifier, inputGates.baseAddress, candidate.baseAddress, update.baseAddress, hidden.baseAddress,
              hidden.baseAddress, batch, units, clip)
          }
        }
      }
    }
  }

  private func hiddenSize(_ count: Int, _ batch: Int) -> Int {
    precondition(batch > 0 && count % batch == 0, "\(count) states in a batch of \(batch)")
    return count / batch
  }
}
