#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "units.h"

#include <immintrin.h>

#define TARGET CK_AVX512
#define KEEP CK_KEEP_WIDE
#define HOLD(vector) __asm__("" : : "v"(vector))

/// A vector takes two units, with eight input channels and eight output channels each.
enum { vector_units = 2, channels_at_once = CK_UNIT_LANES };

typedef __m512 lanes_f32;
/// The output channels of a unit, which are all that it has lanes for.
typedef size_t lanes_in_use;

CK_INLINE lanes_in_use lanes_of(size_t outputs) { return outputs; }

CK_INLINE CK_AVX512 lanes_f32 load_lanes(const bool whole, const float *source, lanes_in_use lanes) {
  (void)whole;
  (void)lanes;
  return _mm512_loadu_ps(source);
}

CK_INLINE CK_AVX512 void store_lanes(const bool whole, float *target, lanes_f32 value, lanes_in_use lanes) {
  (void)whole;
  (void)lanes;
  _mm512_storeu_ps(target, value);
}

CK_INLINE CK_AVX512 lanes_f32 load_weights(const float *weights, size_t unit_weights) {
  const __m256 first = _mm256_loadu_ps(weights), second = _mm256_loadu_ps(weights + unit_weights);
  return _mm512_insertf32x8(_mm512_castps256_ps512(first), second, 1);
}

CK_INLINE CK_AVX512 lanes_f32 zero_f32(void) { return _mm512_setzero_ps(); }
CK_INLINE CK_AVX512 lanes_f32 repeat_f32(float value) { return _mm512_set1_ps(value); }

/// The number of the channel, and where each lane finds it where groups have eight.
typedef struct channel_places {
  int k;
  __m512i of_lanes;
} channel_places;

CK_INLINE CK_AVX512 channel_places places_of(const int groups, const int k) {
  __m512i of_lanes = _mm512_setzero_si512();
  if (groups == 1) {
    of_lanes = _mm512_inserti64x4(_mm512_set1_epi32(k), _mm256_set1_epi32(CK_UNIT_LANES + k), 1);
    // Or else the compiler would make two permutations of the one, since it knows the places.
    CK_KEEP_WIDE(of_lanes);
  }
  return (channel_places){.k = k, .of_lanes = of_lanes};
}

/// An input channel of each group in the lanes of its output channels.
CK_INLINE CK_AVX512 lanes_f32 repeat_channel(const int groups, const float *pixel, const channel_places places) {
  const __m512 channels = _mm512_loadu_ps(pixel);
  if (groups == 1) return _mm512_permutexvar_ps(places.of_lanes, channels);
  switch (places.k) {
  case 0: return _mm512_permute_ps(channels, 0x00);
  case 1: return _mm512_permute_ps(channels, 0x55);
  case 2: return _mm512_permute_ps(channels, 0xaa);
  default: return _mm512_permute_ps(channels, 0xff);
  }
}

CK_INLINE CK_AVX512 lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) { return _mm512_add_ps(a, b); }

CK_INLINE CK_AVX512 lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) {
  return _mm512_fmadd_ps(a, b, sum);
}

CK_INLINE CK_AVX512 lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  // Where one operand is NaN these instructions return the second.
  return _mm512_min_ps(maximum, _mm512_max_ps(minimum, value));
}

CK_INLINE void expect_store(const float *target) { (void)target; }

#include "tiles.h"

/// Other units, and one that is left over, are taken by themselves.
static void run(
    const ck_grouped_f32 *grouped, const ck_grouped_line *line, size_t first_unit, size_t unit_count) {
  const ck_units units = ck_units_of(grouped);
  const bool are_joined = units.inputs == CK_UNIT_LANES && units.outputs == CK_UNIT_LANES;
  const size_t joined = are_joined ? unit_count - unit_count % vector_units : 0;
  if (joined > 0) run_tiles(grouped, line, first_unit, joined);
  if (joined < unit_count) ck_grouped_f32_avx2.run(grouped, line, first_unit + joined, unit_count - joined);
}

const ck_grouped_f32_family ck_grouped_f32_avx512 = {.run = run};

#endif
