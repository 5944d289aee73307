#include "ck_tier.h"

#include <stdint.h>
#include <string.h>

typedef struct feature {
  const char *name;
  bool present;
} feature;

enum { maximum_features = 16 };

#if defined(__x86_64__)

#include <cpuid.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static size_t features(feature list[maximum_features]) {
  __builtin_cpu_init();
  size_t count = 0;
// The builtin takes nothing but a literal, so a loop over names is not possible.
#define FEATURE(name) list[count++] = (feature){name, __builtin_cpu_supports(name) != 0}
  FEATURE("avx2");
  FEATURE("fma");
  FEATURE("f16c");
  FEATURE("avx512f");
  FEATURE("avx512bw");
  FEATURE("avx512vl");
  FEATURE("avx512dq");
  FEATURE("avx512vnni");
  FEATURE("avx512vbmi");
  FEATURE("avx512bf16");
  FEATURE("avxvnni");
  FEATURE("amx-tile");
  FEATURE("amx-int8");
#undef FEATURE
  return count;
}

static bool has_all(const char *const *names, size_t name_count) {
  feature list[maximum_features];
  size_t count = features(list);
  for (size_t name = 0; name < name_count; name++) {
    bool found = false;
    for (size_t i = 0; i < count; i++) {
      found = found || (list[i].present && strcmp(list[i].name, names[name]) == 0);
    }
    if (!found) return false;
  }
  return true;
}

/// Whether the operating system lets this process use tiles. Linux has to be asked first, because from then on it has
/// to save so much more for every thread; to ask again changes nothing.
static bool may_use_tiles(void) {
#if defined(__linux__) && defined(SYS_arch_prctl)
  const long request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return false;
#endif
}

bool ck_tier_is_available(ck_tier tier) {
  static const char *const avx2[] = {"avx2", "fma", "f16c"};
  static const char *const avx512[] = {"avx2",     "fma",      "f16c",     "avx512f",
                                       "avx512bw", "avx512vl", "avx512dq", "avx512vnni"};
  static const char *const amx[] = {"amx-tile", "amx-int8"};
  switch (tier) {
  case CK_TIER_REFERENCE: return true;
  case CK_TIER_AVX2: return has_all(avx2, sizeof avx2 / sizeof *avx2);
  case CK_TIER_AVX512: return has_all(avx512, sizeof avx512 / sizeof *avx512);
  case CK_TIER_AMX:
    return ck_tier_is_available(CK_TIER_AVX512) && has_all(amx, sizeof amx / sizeof *amx) && may_use_tiles();
  case CK_TIER_NEON: return false;
  }
  return false;
}

void ck_cpu_model(char *buffer, size_t size) {
  if (size == 0) return;
  // The brand string is 48 bytes in three leaves, padded by spaces in front or by zeros behind.
  uint32_t words[13] = {0};
  for (uint32_t leaf = 0; leaf < 3; leaf++) {
    uint32_t *part = words + 4 * leaf;
    if (!__get_cpuid(0x80000002 + leaf, &part[0], &part[1], &part[2], &part[3])) break;
  }
  char name[sizeof words];
  memcpy(name, words, sizeof words);
  const char *start = name;
  while (*start == ' ') start++;
  size_t length = strlen(start);
  while (length > 0 && start[length - 1] == ' ') length--;
  if (length >= size) length = size - 1;
  memcpy(buffer, start, length);
  buffer[length] = 0;
}

#elif defined(__aarch64__)

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

static size_t features(feature list[maximum_features]) {
  list[0] = (feature){"neon", true};
  return 1;
}

bool ck_tier_is_available(ck_tier tier) { return tier == CK_TIER_REFERENCE || tier == CK_TIER_NEON; }

void ck_cpu_model(char *buffer, size_t size) {
  if (size == 0) return;
  buffer[0] = 0;
#if defined(__APPLE__)
  size_t length = size;
  if (sysctlbyname("machdep.cpu.brand_string", buffer, &length, NULL, 0) != 0) buffer[0] = 0;
#endif
}

#else

static size_t features(feature list[maximum_features]) {
  (void)list;
  return 0;
}

bool ck_tier_is_available(ck_tier tier) { return tier == CK_TIER_REFERENCE; }

void ck_cpu_model(char *buffer, size_t size) {
  if (size > 0) buffer[0] = 0;
}

#endif

size_t ck_cpu_feature_count(void) {
  feature list[maximum_features];
  return features(list);
}

const char *ck_cpu_feature_name(size_t index) {
  feature list[maximum_features];
  return index < features(list) ? list[index].name : "";
}

bool ck_cpu_has_feature(size_t index) {
  feature list[maximum_features];
  return index < features(list) && list[index].present;
}
