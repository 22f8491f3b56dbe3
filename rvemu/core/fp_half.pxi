# Floating point: the routines that rows of Zfhmin, Zfh and Zfbfmin name, as fp.pxi has them for F and D.

cdef u64 f16_add(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, False, rm, FP16)
cdef u64 f16_sub(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, True, rm, FP16)
cdef u64 f16_mul(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_mul(h, a, b, rm, FP16)
cdef u64 f16_div(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_div(h, a, b, rm, FP16)
cdef u64 f16_sqrt(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_sqrt(h, a, rm, FP16)
cdef u64 f16_madd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, False, rm, FP16)
cdef u64 f16_msub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, True, rm, FP16)
cdef u64 f16_nmsub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, False, rm, FP16)
cdef u64 f16_nmadd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, True, rm, FP16)
cdef u64 f16_min(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, False, FP16)
cdef u64 f16_max(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, True, FP16)
cdef u64 f16_sgnj(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP16), fp_unbox(b, FP16), FP16)
cdef u64 f16_sgnjn(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP16), ~fp_unbox(b, FP16), FP16)
cdef u64 f16_sgnjx(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP16), fp_unbox(a, FP16) ^ fp_unbox(b, FP16), FP16)
cdef u64 f16_eq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_eq(h, a, b, FP16)
cdef u64 f16_lt(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, False, FP16)
cdef u64 f16_le(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, False, FP16)
cdef u64 f16_classify(Hart *h, u64 a) noexcept nogil:
    return fp_classify(a, FP16)
cdef u64 f16_to_i32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP16, 32, True)
cdef u64 f16_to_u32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP16, 32, False)
cdef u64 f16_to_i64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP16, 64, True)
cdef u64 f16_to_u64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP16, 64, False)
cdef u64 i32_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i32>a, rm, FP16)
cdef u64 u32_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u32>a, rm, FP16)
cdef u64 i64_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i64>a, rm, FP16)
cdef u64 u64_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u64>a, rm, FP16)
cdef u64 f16_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP16, FP32)
cdef u64 f16_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP16, FP64)
cdef u64 f32_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP32, FP16)
cdef u64 f64_to_f16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP64, FP16)
cdef u64 bf16_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, BF16, FP32)
cdef u64 f32_to_bf16(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP32, BF16)
cdef inline u64 f16_to_bits(Hart *h, u64 a) noexcept nogil:
    return <u64><i64><i16>a
cdef inline u64 f16_from_bits(Hart *h, u64 a) noexcept nogil:
    return fp_box(<u16>a, FP16)
