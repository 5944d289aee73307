#include "recurrent.h"

void ck_lstm_step(
    ck_tier tier, const float *gates, const float *peepholes, const float *previous_cell, float *cell, float *hidden,
    size_t batch, size_t hidden_size, float clip, int couples_gates) {
  CK_SELECT(tier, ck_lstm_step)
  (gates, peepholes, previous_cell, cell, hidden, batch, hidden_size, clip, couples_gates);
}

void ck_gru_step(
    ck_tier tier, const float *input_gates, const float *recurrent_gates, const float *previous, float *hidden,
    size_t batch, size_t hidden_size, float clip) {
  CK_SELECT(tier, ck_gru_step)(input_gates, recurrent_gates, previous, hidden, batch, hidden_size, clip);
}

void ck_gru_reset(
    ck_tier tier, const float *input_gates, const float *recurrent_gates, const float *previous, float *update,
    float *reset, size_t batch, size_t hidden_size, float clip) {
  CK_SELECT(tier, ck_gru_reset)(input_gates, recurrent_gates, previous, update, reset, batch, hidden_size, clip);
}

void ck_gru_update(
    ck_tier tier, const float *input_gates, const float *candidate, const float *update, const float *previous,
    float *hidden, size_t batch, size_t hidden_size, float clip) {
  CK_SELECT(tier, ck_gru_update)(input_gates, candidate, update, previous, hidden, batch, hidden_size, clip);
}
