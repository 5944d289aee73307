#pragma once
#include <stddef.h>

#include "ck_tier.h"

// The element-wise part of one time step, after the matrix products. Gates come as pre-activations: sums of input and
// recurrent products and biases. `clip` bounds the magnitude of what enters an activation; infinity for no bound.

/// LSTM (ONNX): `gates` is [batch][i, o, f, c][hidden], states are [batch][hidden].
///
///   i = sigmoid(i + Pi c'), f = sigmoid(f + Pf c'), c = f c' + i tanh(c), o = sigmoid(o + Po c), h = o tanh(c)
///
/// with c' = `previous_cell`. `peepholes` is [i, o, f][hidden] or null. Where `couples_gates`, f is 1 - i.
/// `cell` may be `previous_cell`.
void ck_lstm_step(
    ck_tier tier, const float *gates, const float *peepholes, const float *previous_cell, float *cell, float *hidden,
    size_t batch, size_t hidden_size, float clip, int couples_gates);

/// GRU (ONNX) with linear_before_reset: both gate arrays are [batch][z, r, h][hidden], from the input and from the
/// hidden state h' = `previous`.
///
///   z = sigmoid(zx + zh), r = sigmoid(rx + rh), h = (1 - z) tanh(hx + r hh) + z h'
///
/// `hidden` may be `previous`.
void ck_gru_step(
    ck_tier tier, const float *input_gates, const float *recurrent_gates, const float *previous, float *hidden,
    size_t batch, size_t hidden_size, float clip);

/// GRU without linear_before_reset, first half: z = sigmoid(zx + zh) into `update`, and r h' with r = sigmoid(rx + rh)
/// into `reset`, whose recurrent product the second half takes. `input_gates` is [batch][z, r, h][hidden] and
/// `recurrent_gates` [batch][z, r][hidden].
void ck_gru_reset(
    ck_tier tier, const float *input_gates, const float *recurrent_gates, const float *previous, float *update,
    float *reset, size_t batch, size_t hidden_size, float clip);

/// GRU without linear_before_reset, second half: h = (1 - z) tanh(hx + candidate) + z h', `candidate` being the
/// recurrent product of `reset` and its bias. `hidden` may be `previous`.
void ck_gru_update(
    ck_tier tier, const float *input_gates, const float *candidate, const float *update, const float *previous,
    float *hidden, size_t batch, size_t hidden_size, float clip);
