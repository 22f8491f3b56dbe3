# Floating point: the exact routines that rows name, and access to the host's FPU for the fast path.
#
# Operands and results of the named routines are whole registers; formats narrower than 64 bits are NaN-boxed
# in f registers. `rm` is a resolved rounding mode, RNE to RMM. Exception flags are OR-ed into h.fflags.
# The exact routines use integer arithmetic only, so they neither see nor disturb the state of the host's FPU.
# None takes the address of a local, so a handler that inlines them keeps its tail call.
# Sources: unprivileged manual, "F", "D", "Zfh", "BF16" and "Zfa" extensions; IEEE 754-2019.

cdef extern from *:
    """
    static inline int rv_clz128(unsigned __int128 x)        /* x is not 0 */
    {
        unsigned long long high = (unsigned long long)(x >> 64);
        return high ? __builtin_clzll(high) : 64 + __builtin_clzll((unsigned long long)x);
    }

    #if defined(__x86_64__)
    #include <immintrin.h>
    #define FP_HOST 1
    #define MXCSR_DEFAULT 0x1f80u       /* exceptions masked, flags clear, round to nearest, no DAZ or FTZ */
    #define MXCSR_FLAGS 0x003fu
    #define MXCSR_RC 0x6000u
    /* Values kept in memory are computed before, and used after, the access to MXCSR that this stands by. */
    #define FP_BARRIER() __asm__ volatile("" ::: "memory")

    static inline unsigned host_fp_read(void)
    {
        FP_BARRIER();
        return _mm_getcsr();
    }

    static inline void host_fp_write(unsigned mxcsr)
    {
        FP_BARRIER();
        _mm_setcsr(mxcsr);
        FP_BARRIER();
    }

    /* Read and clear the sticky flags IE ZE OE UE PE, as fflags; DE has no counterpart there. */
    static inline unsigned host_fp_take_flags(void)
    {
        unsigned mxcsr = host_fp_read();
        if (mxcsr & MXCSR_FLAGS)
            host_fp_write(mxcsr & ~MXCSR_FLAGS);
        return (mxcsr & 1) << 4 | (mxcsr & 4) << 1 | (mxcsr & 8) >> 1 | (mxcsr & 16) >> 3 | (mxcsr & 32) >> 5;
    }

    /* MXCSR.RC by frm. It has no RMM: the handlers for it take the exact path. */
    static inline void host_fp_set_rm(unsigned frm)
    {
        static const unsigned char rc[8] = {0, 3, 1, 2, 0, 0, 0, 0};
        host_fp_write((host_fp_read() & ~MXCSR_RC) | (unsigned)rc[frm & 7] << 13);
    }

    static inline void host_fp_reset(void) { host_fp_write(MXCSR_DEFAULT); }

    static inline int host_has_fma(void) { return __builtin_cpu_supports("fma") != 0; }

    static inline double host_fma_d(double a, double b, double c)
    {
        __asm__("vfmadd231sd %2, %1, %0" : "+x"(c) : "x"(a), "x"(b));
        return c;
    }

    static inline float host_fma_s(float a, float b, float c)
    {
        __asm__("vfmadd231ss %2, %1, %0" : "+x"(c) : "x"(a), "x"(b));
        return c;
    }

    static inline double host_sqrt_d(double a)
    {
        __asm__("sqrtsd %0, %0" : "+x"(a));
        return a;
    }

    static inline float host_sqrt_s(float a)
    {
        __asm__("sqrtss %0, %0" : "+x"(a));
        return a;
    }
    #else
    /* No fast path: aarch64, for one, detects tininess before rounding. These only let handlers compile. */
    #define FP_HOST 0
    static inline unsigned host_fp_take_flags(void) { return 0; }
    static inline void host_fp_set_rm(unsigned frm) { (void)frm; }
    static inline void host_fp_reset(void) {}
    static inline int host_has_fma(void) { return 0; }
    static inline double host_fma_d(double a, double b, double c) { return a * b + c; }
    static inline float host_fma_s(float a, float b, float c) { return a * b + c; }
    static inline double host_sqrt_d(double a) { return a; }
    static inline float host_sqrt_s(float a) { return a; }
    #endif
    """
    enum:
        FP_HOST         # 1 where handlers may compute on the host's FPU
    int rv_clz128(u128 x) noexcept nogil
    u32 host_fp_take_flags() noexcept nogil
    void host_fp_set_rm(u32 frm) noexcept nogil
    void host_fp_reset() noexcept nogil
    bint host_has_fma() noexcept nogil
    double host_fma_d(double a, double b, double c) noexcept nogil
    float host_fma_s(float a, float b, float c) noexcept nogil
    double host_sqrt_d(double a) noexcept nogil
    float host_sqrt_s(float a) noexcept nogil

cdef enum:                          # rounding modes, as frm and `rm` fields encode them
    RM_RNE = 0
    RM_RTZ = 1
    RM_RDN = 2
    RM_RUP = 3
    RM_RMM = 4

cdef enum:
    FFLAGS_NX = 1
    FFLAGS_UF = 2
    FFLAGS_OF = 4
    FFLAGS_DZ = 8
    FFLAGS_NV = 16

cdef enum:                          # formats, the parameter `w` below: the low byte is the width in bits
    FP16 = 16
    FP32 = 32
    FP64 = 64
    BF16 = 0x110                    # the high half of FP32


# ---- The host's FPU: while guest code runs, its sticky flags are part of fflags and its rounding mode is frm

cdef inline void fp_fold(Hart *h) noexcept nogil:
    """Move the host's sticky flags into h.fflags: before fcsr is read or written."""
    h.fflags |= host_fp_take_flags()

cdef inline void fp_set_rm(Hart *h) noexcept nogil:
    """Make the host round as h.frm says: after frm is written."""
    host_fp_set_rm(h.frm)

cdef inline void fp_host_begin(Hart *h) noexcept nogil:
    """Give the host's FPU to the guest: no flag set, rounding mode frm."""
    host_fp_reset()
    host_fp_set_rm(h.frm)

cdef inline void fp_host_end(Hart *h) noexcept nogil:
    """Give the host's FPU back to Python, its flags folded into h.fflags."""
    fp_fold(h)
    host_fp_reset()

cdef inline bint fp_has_fma() noexcept nogil:
    """True if the host has fused multiply-add instructions; else those rows take the exact path."""
    return host_has_fma()


# ---- Formats: fields of an unboxed value of w bits

cdef inline int fp_width(int w) noexcept nogil:
    return w & 0xff

cdef inline int fp_frac_bits(int w) noexcept nogil:
    return 52 if w == FP64 else 23 if w == FP32 else 10 if w == FP16 else 7

cdef inline int fp_bias(int w) noexcept nogil:
    return (1 << (fp_width(w) - fp_frac_bits(w) - 2)) - 1

cdef inline u64 fp_sign_bit(int w) noexcept nogil:
    return <u64>1 << (fp_width(w) - 1)

cdef inline u64 fp_quiet_bit(int w) noexcept nogil:
    return <u64>1 << (fp_frac_bits(w) - 1)

cdef inline u64 fp_infinity(int w) noexcept nogil:
    return <u64>(2 * fp_bias(w) + 1) << fp_frac_bits(w)

cdef inline u64 fp_canonical_nan(int w) noexcept nogil:
    return fp_infinity(w) | fp_quiet_bit(w)

cdef inline u64 fp_box(u64 a, int w) noexcept nogil:
    return a if w == FP64 else a | ~<u64>0 << fp_width(w)

cdef inline u64 fp_unbox(u64 reg, int w) noexcept nogil:
    """Return the value in an f register; one that is not properly NaN-boxed reads as the canonical NaN."""
    if w == FP64:
        return reg
    if unlikely(reg >> fp_width(w) != ~<u64>0 >> fp_width(w)):
        return fp_canonical_nan(w)
    return reg ^ (~<u64>0 << fp_width(w))

cdef inline bint fp_sign(u64 a, int w) noexcept nogil:
    return a >> (fp_width(w) - 1)

cdef inline u64 fp_magnitude(u64 a, int w) noexcept nogil:
    return a & ~fp_sign_bit(w)

cdef inline bint fp_is_nan(u64 a, int w) noexcept nogil:
    return fp_magnitude(a, w) > fp_infinity(w)

cdef inline bint fp_is_signaling(u64 a, int w) noexcept nogil:
    return fp_is_nan(a, w) and not a & fp_quiet_bit(w)

cdef inline bint fp_is_infinite(u64 a, int w) noexcept nogil:
    return fp_magnitude(a, w) == fp_infinity(w)

cdef inline u64 fp_fraction(u64 a, int w) noexcept nogil:
    return a & ((<u64>1 << fp_frac_bits(w)) - 1)

cdef inline int fp_exponent_field(u64 a, int w) noexcept nogil:
    return <int>(fp_magnitude(a, w) >> fp_frac_bits(w))

# A finite value is fp_significand * 2**fp_exponent, both integers.

cdef inline u64 fp_significand(u64 a, int w) noexcept nogil:
    cdef u64 hidden = <u64>(fp_exponent_field(a, w) != 0) << fp_frac_bits(w)
    return fp_fraction(a, w) | hidden

cdef inline int fp_exponent(u64 a, int w) noexcept nogil:
    cdef int field = fp_exponent_field(a, w)
    return field + (field == 0) - fp_bias(w) - fp_frac_bits(w)


# ---- Results

cdef inline u64 fp_result(bint sign, u64 magnitude, int w) noexcept nogil:
    return fp_box(<u64>sign << (fp_width(w) - 1) | magnitude, w)

cdef inline u64 fp_nan_result(Hart *h, bint invalid, int w) noexcept nogil:
    """Return the canonical NaN, the only one that arithmetic makes; payloads are not propagated."""
    if invalid:
        h.fflags |= FFLAGS_NV
    return fp_box(fp_canonical_nan(w), w)

cdef inline u64 fp_invalid(Hart *h, int w) noexcept nogil:
    return fp_nan_result(h, True, w)

cdef inline u128 fp_round(u128 sig, int drop, bint sign, int rm) noexcept nogil:
    """Return sig / 2**drop rounded to an integer, for sig < 2**126; `sign` is that of the whole value."""
    cdef u128 quotient, rest, half
    cdef bint up
    if drop <= 0:
        return sig << -drop
    if drop > 127:                                      # less than a quarter: any such value rounds alike
        sig = sig != 0
        drop = 127
    quotient = sig >> drop
    rest = sig - (quotient << drop)
    half = <u128>1 << (drop - 1)
    if rm == RM_RNE:
        up = rest > half or (rest == half and <u64>quotient & 1)
    elif rm == RM_RMM:
        up = rest >= half
    else:
        up = rest != 0 and rm == (RM_RDN if sign else RM_RUP)
    return quotient + up

cdef inline bint fp_is_inexact(u128 sig, int drop) noexcept nogil:
    """True if sig / 2**drop is not an integer."""
    if drop <= 0 or sig == 0:
        return False
    return drop > 127 or sig & ((<u128>1 << drop) - 1) != 0

cdef u64 fp_overflow(Hart *h, bint sign, int rm, int w) noexcept nogil:
    """Return infinity or the largest finite value, whichever the rounding mode says."""
    h.fflags |= FFLAGS_OF | FFLAGS_NX
    if rm == RM_RNE or rm == RM_RMM or rm == (RM_RDN if sign else RM_RUP):
        return fp_result(sign, fp_infinity(w), w)
    return fp_result(sign, fp_infinity(w) - 1, w)

cdef u64 fp_round_pack(Hart *h, bint sign, int exp, u128 sig, int rm, int w) noexcept nogil:
    """Return the rounded value of (-1)**sign * sig * 2**exp, for sig < 2**126.

    A sig whose lowest bit only stands for "something non-zero below" must have two bits more than the result.
    """
    cdef int min_top = 1 - fp_bias(w), top, drop
    cdef u64 magnitude
    if sig == 0:
        return fp_result(sign, 0, w)
    top = exp + 127 - rv_clz128(sig)                    # 2**top <= the value < 2**(top + 1)
    drop = (top if top > min_top else min_top) - fp_frac_bits(w) - exp
    # The hidden bit of a normal significand adds 1 to the exponent field; so does a carry out of it.
    magnitude = <u64>fp_round(sig, drop, sign, rm)
    if top > min_top:
        magnitude += <u64>(top - min_top) << fp_frac_bits(w)
    if unlikely(magnitude >= fp_infinity(w)):
        return fp_overflow(h, sign, rm, w)
    if fp_is_inexact(sig, drop):
        h.fflags |= FFLAGS_NX
        # "Tininess is detected after rounding": as if the exponent range had no lower bound.
        if top < min_top - 1 or (top == min_top - 1
                                 and not fp_round(sig, drop - 1, sign, rm) >> (fp_frac_bits(w) + 1)):
            h.fflags |= FFLAGS_UF
    return fp_result(sign, magnitude, w)

cdef inline u128 fp_shift_right_jam(u128 sig, int shift) noexcept nogil:
    """Return sig >> shift, the lowest bit set if any bit fell out."""
    if shift > 127:
        return sig != 0
    return sig >> shift | fp_is_inexact(sig, shift)

cdef u64 fp_round_sum(Hart *h, bint sign_x, int exp_x, u128 x, bint sign_y, int exp_y, u128 y,
                      int rm, int w) noexcept nogil:
    """Return the rounded sum of two terms, each (-1)**sign * sig * 2**exp, for sig < 2**107."""
    cdef int shift
    if x == 0 and y == 0:
        return fp_result(sign_x if sign_x == sign_y else rm == RM_RDN, 0, w)
    if x == 0:
        return fp_round_pack(h, sign_y, exp_y, y, rm, w)
    if y == 0:
        return fp_round_pack(h, sign_x, exp_x, x, rm, w)
    # Both to 125 bits. Aligning the exponents then drops set bits only of a term so much smaller that the
    # other loses at most its top bit to the difference.
    shift = rv_clz128(x) - 3
    x <<= shift
    exp_x -= shift
    shift = rv_clz128(y) - 3
    y <<= shift
    exp_y -= shift
    if exp_x > exp_y:
        y = fp_shift_right_jam(y, exp_x - exp_y)
    else:
        x = fp_shift_right_jam(x, exp_y - exp_x)
        exp_x = exp_y
    if sign_x == sign_y:
        return fp_round_pack(h, sign_x, exp_x, x + y, rm, w)
    if x == y:
        return fp_result(rm == RM_RDN, 0, w)
    if x > y:
        return fp_round_pack(h, sign_x, exp_x, x - y, rm, w)
    return fp_round_pack(h, sign_y, exp_x, y - x, rm, w)


# ---- Arithmetic in any format

cdef u64 fp_add(Hart *h, u64 a, u64 b, bint subtract, int rm, int w) noexcept nogil:
    cdef bint sign_a, sign_b
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    sign_a, sign_b = fp_sign(a, w), fp_sign(b, w) != subtract
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        return fp_nan_result(h, fp_is_signaling(a, w) or fp_is_signaling(b, w), w)
    if unlikely(fp_is_infinite(a, w)):
        if fp_is_infinite(b, w) and sign_a != sign_b:
            return fp_invalid(h, w)
        return fp_result(sign_a, fp_infinity(w), w)
    if unlikely(fp_is_infinite(b, w)):
        return fp_result(sign_b, fp_infinity(w), w)
    return fp_round_sum(h, sign_a, fp_exponent(a, w), fp_significand(a, w),
                        sign_b, fp_exponent(b, w), fp_significand(b, w), rm, w)

cdef u64 fp_mul(Hart *h, u64 a, u64 b, int rm, int w) noexcept nogil:
    cdef bint sign
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    sign = fp_sign(a, w) != fp_sign(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        return fp_nan_result(h, fp_is_signaling(a, w) or fp_is_signaling(b, w), w)
    if unlikely(fp_is_infinite(a, w) or fp_is_infinite(b, w)):
        if fp_magnitude(a, w) == 0 or fp_magnitude(b, w) == 0:
            return fp_invalid(h, w)
        return fp_result(sign, fp_infinity(w), w)
    return fp_round_pack(h, sign, fp_exponent(a, w) + fp_exponent(b, w),
                         <u128>fp_significand(a, w) * fp_significand(b, w), rm, w)

cdef u64 fp_fma(Hart *h, u64 a, u64 b, u64 c, bint negate_product, bint negate_addend,
                int rm, int w) noexcept nogil:
    """Return a * b + c rounded once, the product or c negated before the sum."""
    cdef bint sign_ab, sign_c, zero_times_infinity, signaling
    a, b, c = fp_unbox(a, w), fp_unbox(b, w), fp_unbox(c, w)
    sign_ab = (fp_sign(a, w) != fp_sign(b, w)) != negate_product
    sign_c = fp_sign(c, w) != negate_addend
    zero_times_infinity = ((fp_is_infinite(a, w) and fp_magnitude(b, w) == 0)
                           or (fp_magnitude(a, w) == 0 and fp_is_infinite(b, w)))
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w) or fp_is_nan(c, w)):
        # "even when the addend is a quiet NaN", the product of zero and infinity is invalid.
        signaling = fp_is_signaling(a, w) or fp_is_signaling(b, w) or fp_is_signaling(c, w)
        return fp_nan_result(h, signaling or zero_times_infinity, w)
    if unlikely(zero_times_infinity):
        return fp_invalid(h, w)
    if unlikely(fp_is_infinite(a, w) or fp_is_infinite(b, w)):
        if fp_is_infinite(c, w) and sign_ab != sign_c:
            return fp_invalid(h, w)
        return fp_result(sign_ab, fp_infinity(w), w)
    if unlikely(fp_is_infinite(c, w)):
        return fp_result(sign_c, fp_infinity(w), w)
    return fp_round_sum(h, sign_ab, fp_exponent(a, w) + fp_exponent(b, w),
                        <u128>fp_significand(a, w) * fp_significand(b, w),
                        sign_c, fp_exponent(c, w), fp_significand(c, w), rm, w)

cdef u64 fp_div(Hart *h, u64 a, u64 b, int rm, int w) noexcept nogil:
    cdef bint sign
    cdef int shift_a, shift_b
    cdef u128 dividend, quotient
    cdef u64 divisor
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    sign = fp_sign(a, w) != fp_sign(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        return fp_nan_result(h, fp_is_signaling(a, w) or fp_is_signaling(b, w), w)
    if unlikely(fp_is_infinite(a, w)):
        return fp_invalid(h, w) if fp_is_infinite(b, w) else fp_result(sign, fp_infinity(w), w)
    if unlikely(fp_is_infinite(b, w) or fp_magnitude(a, w) == 0):
        return fp_invalid(h, w) if fp_magnitude(b, w) == 0 else fp_result(sign, 0, w)
    if unlikely(fp_magnitude(b, w) == 0):
        h.fflags |= FFLAGS_DZ
        return fp_result(sign, fp_infinity(w), w)
    # A dividend of 127 bits over a divisor of 64 gives a quotient of 63 or 64.
    shift_a = rv_clz128(fp_significand(a, w)) - 1
    shift_b = rv_clz128(fp_significand(b, w)) - 64
    dividend = <u128>fp_significand(a, w) << shift_a
    divisor = fp_significand(b, w) << shift_b
    quotient = dividend // divisor
    return fp_round_pack(h, sign, fp_exponent(a, w) - shift_a - fp_exponent(b, w) + shift_b,
                         quotient | (quotient * divisor != dividend), rm, w)

cdef u64 fp_sqrt(Hart *h, u64 a, int rm, int w) noexcept nogil:
    cdef int shift, pairs
    cdef u128 radicand
    cdef u64 root = 0, rest = 0, trial
    cdef bint fits
    cdef int i
    a = fp_unbox(a, w)
    if unlikely(fp_is_nan(a, w)):
        return fp_nan_result(h, fp_is_signaling(a, w), w)
    if unlikely(fp_magnitude(a, w) == 0):
        return fp_box(a, w)
    if unlikely(fp_sign(a, w)):
        return fp_invalid(h, w)
    if unlikely(fp_is_infinite(a, w)):
        return fp_box(a, w)
    # Two bits of the radicand make one of the root: enough pairs for the result's bits and two more.
    pairs = fp_frac_bits(w) + 3
    shift = 2 * pairs - 128 + rv_clz128(fp_significand(a, w))
    shift -= (fp_exponent(a, w) - shift) & 1                # an even exponent is left
    radicand = <u128>fp_significand(a, w) << shift << (128 - 2 * pairs)
    for i in range(pairs):
        rest = rest << 2 | <u64>(radicand >> 126)
        radicand <<= 2
        trial = root << 2 | 1
        fits = rest >= trial
        rest -= trial & -<u64>fits                          # no branch: it would be a coin toss
        root = root << 1 | fits
    return fp_round_pack(h, False, ((fp_exponent(a, w) - shift) >> 1) - 1, root << 1 | (rest != 0), rm, w)


# ---- Minimum, maximum, comparison, sign injection, classification

cdef inline i64 fp_order(u64 a, int w) noexcept nogil:
    """Return a number that orders values as IEEE totalOrder does: -0 below +0."""
    cdef i64 magnitude = <i64>fp_magnitude(a, w)
    return ~magnitude if fp_sign(a, w) else magnitude

cdef inline u64 fp_min_max(Hart *h, u64 a, u64 b, bint maximum, int w) noexcept nogil:
    """minimumNumber and maximumNumber of IEEE 754-2019: a NaN operand gives way to a number."""
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        if fp_is_signaling(a, w) or fp_is_signaling(b, w):
            h.fflags |= FFLAGS_NV
        if not fp_is_nan(a, w):
            return fp_box(a, w)
        return fp_box(fp_canonical_nan(w) if fp_is_nan(b, w) else b, w)
    return fp_box(a if (fp_order(a, w) > fp_order(b, w)) == maximum else b, w)

cdef inline u64 fp_minimum_maximum(Hart *h, u64 a, u64 b, bint maximum, int w) noexcept nogil:
    """minimum and maximum of IEEE 754-2019: a NaN operand gives NaN."""
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        return fp_nan_result(h, fp_is_signaling(a, w) or fp_is_signaling(b, w), w)
    return fp_box(a if (fp_order(a, w) > fp_order(b, w)) == maximum else b, w)

cdef inline bint fp_equal(u64 a, u64 b, int w) noexcept nogil:
    """a == b for operands that are not NaN."""
    return a == b or fp_magnitude(a | b, w) == 0

cdef inline u64 fp_eq(Hart *h, u64 a, u64 b, int w) noexcept nogil:
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        if fp_is_signaling(a, w) or fp_is_signaling(b, w):
            h.fflags |= FFLAGS_NV
        return 0
    return fp_equal(a, b, w)

cdef inline u64 fp_less(Hart *h, u64 a, u64 b, bint or_equal, bint quiet, int w) noexcept nogil:
    """a < b or a <= b: comparisons that signal for any NaN, or if `quiet` for signaling ones."""
    a, b = fp_unbox(a, w), fp_unbox(b, w)
    if unlikely(fp_is_nan(a, w) or fp_is_nan(b, w)):
        if not quiet or fp_is_signaling(a, w) or fp_is_signaling(b, w):
            h.fflags |= FFLAGS_NV
        return 0
    if fp_equal(a, b, w):
        return or_equal
    return fp_order(a, w) < fp_order(b, w)

cdef inline u64 fp_sign_inject(u64 a, u64 sign, int w) noexcept nogil:
    """Return a with the sign bit of `sign`, whose other bits do not matter."""
    return fp_box(fp_magnitude(a, w) | (sign & fp_sign_bit(w)), w)

cdef inline u64 fp_classify(u64 a, int w) noexcept nogil:
    """Return the one-hot mask of the table "Format of result of FCLASS instruction"."""
    cdef bint negative
    a = fp_unbox(a, w)
    negative = fp_sign(a, w)
    if fp_is_nan(a, w):
        return 1 << (8 if fp_is_signaling(a, w) else 9)
    if fp_is_infinite(a, w):
        return 1 << (0 if negative else 7)
    if fp_magnitude(a, w) == 0:
        return 1 << (3 if negative else 4)
    if fp_exponent_field(a, w) == 0:
        return 1 << (2 if negative else 5)
    return 1 << (1 if negative else 6)


# ---- Conversions

cdef u64 fp_convert(Hart *h, u64 a, int rm, int source, int target) noexcept nogil:
    """Return the value of format `source` rounded to format `target`."""
    a = fp_unbox(a, source)
    if unlikely(fp_is_nan(a, source)):
        return fp_nan_result(h, fp_is_signaling(a, source), target)
    if unlikely(fp_is_infinite(a, source)):
        return fp_result(fp_sign(a, source), fp_infinity(target), target)
    return fp_round_pack(h, fp_sign(a, source), fp_exponent(a, source), fp_significand(a, source), rm, target)

cdef u64 fp_to_int(Hart *h, u64 a, int rm, int w, int bits, bint is_signed) noexcept nogil:
    """Return the value rounded to an integer of `bits` bits, sign-extended to 64.

    Out of range: NV, and the nearest integer in range. NaN converts as plus infinity does.
    Source: table "Domains of float-to-integer conversions and behavior for invalid inputs".
    """
    cdef bint sign
    cdef u128 magnitude, limit
    a = fp_unbox(a, w)
    sign = fp_sign(a, w) and not fp_is_nan(a, w)
    limit = 0 if sign and not is_signed else (<u128>1 << (bits - is_signed)) - (not sign)
    if unlikely(fp_magnitude(a, w) >= fp_infinity(w) or fp_exponent_field(a, w) > fp_bias(w) + 64):
        magnitude = limit + 1                               # out of any range
    else:
        magnitude = fp_round(fp_significand(a, w), -fp_exponent(a, w), sign, rm)
    if unlikely(magnitude > limit):
        h.fflags |= FFLAGS_NV
        magnitude = limit
    elif fp_is_inexact(fp_significand(a, w), -fp_exponent(a, w)):
        h.fflags |= FFLAGS_NX
    if sign:
        magnitude = -magnitude
    return <u64><i64><i32>magnitude if bits == 32 else <u64>magnitude

cdef u64 fp_to_int_modular(Hart *h, u64 a, int w) noexcept nogil:
    """Return the low 32 bits of the value rounded towards zero, sign-extended; flags as for a conversion to i32."""
    cdef int exp = fp_exponent(fp_unbox(a, w), w)
    cdef u64 magnitude
    fp_to_int(h, a, RM_RTZ, w, 32, True)
    a = fp_unbox(a, w)
    if fp_magnitude(a, w) >= fp_infinity(w) or exp > 31 or exp < -63:
        return 0
    magnitude = fp_significand(a, w)
    magnitude = magnitude << exp if exp > 0 else magnitude >> -exp
    return <u64><i64><i32>(-magnitude if fp_sign(a, w) else magnitude)

cdef u64 fp_round_integral(Hart *h, u64 a, int rm, bint exact, int w) noexcept nogil:
    """Return the value rounded to an integer, in the same format; `exact` sets NX where that changes it."""
    cdef u128 magnitude
    cdef int drop
    a = fp_unbox(a, w)
    if unlikely(fp_is_nan(a, w)):
        return fp_nan_result(h, fp_is_signaling(a, w), w)
    drop = -fp_exponent(a, w)
    if drop <= 0:                                           # an integer already, or infinite
        return fp_box(a, w)
    if exact and fp_is_inexact(fp_significand(a, w), drop):
        h.fflags |= FFLAGS_NX
    magnitude = fp_round(fp_significand(a, w), drop, fp_sign(a, w), rm)
    return fp_round_pack(h, fp_sign(a, w), 0, magnitude, rm, w)

cdef inline u64 fp_from_signed(Hart *h, i64 a, int rm, int w) noexcept nogil:
    return fp_round_pack(h, a < 0, 0, -<u64>a if a < 0 else <u64>a, rm, w)

cdef inline u64 fp_from_unsigned(Hart *h, u64 a, int rm, int w) noexcept nogil:
    return fp_round_pack(h, False, 0, a, rm, w)


# ---- The routines that rows of F and D name

cdef u64 f32_add(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, False, rm, FP32)
cdef u64 f32_sub(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, True, rm, FP32)
cdef u64 f32_mul(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_mul(h, a, b, rm, FP32)
cdef u64 f32_div(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_div(h, a, b, rm, FP32)
cdef u64 f32_sqrt(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_sqrt(h, a, rm, FP32)
cdef u64 f32_madd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, False, rm, FP32)
cdef u64 f32_msub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, True, rm, FP32)
cdef u64 f32_nmsub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, False, rm, FP32)
cdef u64 f32_nmadd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, True, rm, FP32)
cdef u64 f32_min(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, False, FP32)
cdef u64 f32_max(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, True, FP32)
cdef u64 f32_sgnj(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP32), fp_unbox(b, FP32), FP32)
cdef u64 f32_sgnjn(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP32), ~fp_unbox(b, FP32), FP32)
cdef u64 f32_sgnjx(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP32), fp_unbox(a, FP32) ^ fp_unbox(b, FP32), FP32)
cdef u64 f32_eq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_eq(h, a, b, FP32)
cdef u64 f32_lt(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, False, FP32)
cdef u64 f32_le(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, False, FP32)
cdef u64 f32_classify(Hart *h, u64 a) noexcept nogil:
    return fp_classify(a, FP32)
cdef u64 f32_to_i32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP32, 32, True)
cdef u64 f32_to_u32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP32, 32, False)
cdef u64 f32_to_i64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP32, 64, True)
cdef u64 f32_to_u64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP32, 64, False)
cdef u64 i32_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i32>a, rm, FP32)
cdef u64 u32_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u32>a, rm, FP32)
cdef u64 i64_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i64>a, rm, FP32)
cdef u64 u64_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u64>a, rm, FP32)
cdef u64 f64_add(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, False, rm, FP64)
cdef u64 f64_sub(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_add(h, a, b, True, rm, FP64)
cdef u64 f64_mul(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_mul(h, a, b, rm, FP64)
cdef u64 f64_div(Hart *h, u64 a, u64 b, int rm) noexcept nogil:
    return fp_div(h, a, b, rm, FP64)
cdef u64 f64_sqrt(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_sqrt(h, a, rm, FP64)
cdef u64 f64_madd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, False, rm, FP64)
cdef u64 f64_msub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, False, True, rm, FP64)
cdef u64 f64_nmsub(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, False, rm, FP64)
cdef u64 f64_nmadd(Hart *h, u64 a, u64 b, u64 c, int rm) noexcept nogil:
    return fp_fma(h, a, b, c, True, True, rm, FP64)
cdef u64 f64_min(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, False, FP64)
cdef u64 f64_max(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_min_max(h, a, b, True, FP64)
cdef u64 f64_sgnj(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP64), fp_unbox(b, FP64), FP64)
cdef u64 f64_sgnjn(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP64), ~fp_unbox(b, FP64), FP64)
cdef u64 f64_sgnjx(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_sign_inject(fp_unbox(a, FP64), fp_unbox(a, FP64) ^ fp_unbox(b, FP64), FP64)
cdef u64 f64_eq(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_eq(h, a, b, FP64)
cdef u64 f64_lt(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, False, False, FP64)
cdef u64 f64_le(Hart *h, u64 a, u64 b) noexcept nogil:
    return fp_less(h, a, b, True, False, FP64)
cdef u64 f64_classify(Hart *h, u64 a) noexcept nogil:
    return fp_classify(a, FP64)
cdef u64 f64_to_i32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP64, 32, True)
cdef u64 f64_to_u32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP64, 32, False)
cdef u64 f64_to_i64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP64, 64, True)
cdef u64 f64_to_u64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_to_int(h, a, rm, FP64, 64, False)
cdef u64 i32_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i32>a, rm, FP64)
cdef u64 u32_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u32>a, rm, FP64)
cdef u64 i64_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_signed(h, <i64>a, rm, FP64)
cdef u64 u64_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_from_unsigned(h, <u64>a, rm, FP64)
cdef u64 f64_to_f32(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP64, FP32)
cdef u64 f32_to_f64(Hart *h, u64 a, int rm) noexcept nogil:
    return fp_convert(h, a, rm, FP32, FP64)

# fmv moves bits: it neither checks the NaN box nor canonicalises.
cdef inline u64 f32_to_bits(Hart *h, u64 a) noexcept nogil:
    return <u64><i64><i32>a
cdef inline u64 f32_from_bits(Hart *h, u64 a) noexcept nogil:
    return fp_box(<u32>a, FP32)
cdef inline u64 f64_to_bits(Hart *h, u64 a) noexcept nogil:
    return a
cdef inline u64 f64_from_bits(Hart *h, u64 a) noexcept nogil:
    return a
