# Floating point: the routines that rows of Zfa name. The constants of fli are generated from isa/fli.py.

cdef u64 f16_minm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, False, FP16)
cdef u64 f16_maxm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, True, FP16)
cdef u64 f16_leq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, True, FP16)
cdef u64 f16_ltq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, True, FP16)
cdef u64 f16_round(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, False, FP16)
cdef u64 f16_round_exact(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, True, FP16)
cdef inline u64 f16_fli(Hart *h, u64 number) noexcept nogil:
    return fli_f16[number]
cdef u64 f32_minm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, False, FP32)
cdef u64 f32_maxm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, True, FP32)
cdef u64 f32_leq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, True, FP32)
cdef u64 f32_ltq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, True, FP32)
cdef u64 f32_round(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, False, FP32)
cdef u64 f32_round_exact(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, True, FP32)
cdef inline u64 f32_fli(Hart *h, u64 number) noexcept nogil:
    return fli_f32[number]
cdef u64 f64_minm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, False, FP64)
cdef u64 f64_maxm(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_minimum_maximum(h, a, b, True, FP64)
cdef u64 f64_leq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, True, FP64)
cdef u64 f64_ltq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, True, FP64)
cdef u64 f64_round(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, False, FP64)
cdef u64 f64_round_exact(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_round_integral(h, a, rm, True, FP64)
cdef inline u64 f64_fli(Hart *h, u64 number) noexcept nogil:
    return fli_f64[number]
cdef u64 f64_to_i32_modular(Hart *h, u64 a) noexcept nogil:
    return fp_to_int_modular(h, a, FP64)
