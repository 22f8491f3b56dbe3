# Integer helpers that the rows of isa/insns name. Each takes u64 operands, and returns u64 unless it says i64.
# A result shorter than 64 bits is sign-extended, as every RV64 "W" instruction does.
cdef extern from *:
    """
    #define RV_CLZ64(x) ((unsigned long long)__builtin_clzll(x))
    #define RV_CTZ64(x) ((unsigned long long)__builtin_ctzll(x))
    #define RV_CPOP64(x) ((unsigned long long)__builtin_popcountll(x))
    #define RV_BSWAP64(x) ((unsigned long long)__builtin_bswap64(x))
    """
    u64 builtin_clz "RV_CLZ64"(u64 x) noexcept nogil            # undefined for 0
    u64 builtin_ctz "RV_CTZ64"(u64 x) noexcept nogil            # undefined for 0
    u64 builtin_popcount "RV_CPOP64"(u64 x) noexcept nogil
    u64 builtin_bswap "RV_BSWAP64"(u64 x) noexcept nogil


# Width changes. The rows write u8(x), u16(x), u32(x) for zext8, zext16, zext32: u32 itself is the C type.
cdef inline i64 s64(u64 x) noexcept nogil:
    return <i64>x


cdef inline i64 s32(u64 x) noexcept nogil:
    return <i32>x


cdef inline i64 s16(u64 x) noexcept nogil:
    return <i16>x


cdef inline i64 s8(u64 x) noexcept nogil:
    return <i8>x


cdef inline u64 zext32(u64 x) noexcept nogil:
    return <u32>x


cdef inline u64 zext16(u64 x) noexcept nogil:
    return <u16>x


cdef inline u64 zext8(u64 x) noexcept nogil:
    return <u8>x


# Multiplication: the high half of the 128-bit product.
cdef inline u64 mulh(u64 a, u64 b) noexcept nogil:
    return <u64>((<i128><i64>a * <i128><i64>b) >> 64)


cdef inline u64 mulhsu(u64 a, u64 b) noexcept nogil:
    return <u64>((<i128><i64>a * <i128>b) >> 64)


cdef inline u64 mulhu(u64 a, u64 b) noexcept nogil:
    return <u64>((<u128>a * <u128>b) >> 64)


# Division never traps: by zero the quotient is all ones and the remainder the dividend; on signed overflow
# the quotient is the dividend and the remainder 0. (divs, rems: div is a function of C's stdlib.h.)
cdef inline u64 divs(u64 a, u64 b) noexcept nogil:
    if b == 0:
        return ~<u64>0
    if <i64>b == -1:
        return 0 - a
    return <u64>(<i64>a // <i64>b)


cdef inline u64 divu(u64 a, u64 b) noexcept nogil:
    return ~<u64>0 if b == 0 else a // b


cdef inline u64 rems(u64 a, u64 b) noexcept nogil:
    if b == 0:
        return a
    if <i64>b == -1:
        return 0
    return <u64>(<i64>a % <i64>b)


cdef inline u64 remu(u64 a, u64 b) noexcept nogil:
    return a if b == 0 else a % b


cdef inline u64 divw(u64 a, u64 b) noexcept nogil:
    return <u64>s32(divs(<u64>s32(a), <u64>s32(b)))


cdef inline u64 divuw(u64 a, u64 b) noexcept nogil:
    return <u64>s32(divu(zext32(a), zext32(b)))


cdef inline u64 remw(u64 a, u64 b) noexcept nogil:
    return <u64>s32(rems(<u64>s32(a), <u64>s32(b)))


cdef inline u64 remuw(u64 a, u64 b) noexcept nogil:
    return <u64>s32(remu(zext32(a), zext32(b)))


cdef inline u64 min_s(u64 a, u64 b) noexcept nogil:
    return a if <i64>a < <i64>b else b


cdef inline u64 max_s(u64 a, u64 b) noexcept nogil:
    return b if <i64>a < <i64>b else a


cdef inline u64 min_u(u64 a, u64 b) noexcept nogil:
    return a if a < b else b


cdef inline u64 max_u(u64 a, u64 b) noexcept nogil:
    return b if a < b else a


# Bit manipulation. Shift amounts wrap at the operand's width.
cdef inline u64 bit(u64 n) noexcept nogil:
    return <u64>1 << (n & 63)


cdef inline u64 rol(u64 x, u64 n) noexcept nogil:
    return x << (n & 63) | x >> ((0 - n) & 63)


cdef inline u64 ror(u64 x, u64 n) noexcept nogil:
    return x >> (n & 63) | x << ((0 - n) & 63)


cdef inline u64 rolw(u64 x, u64 n) noexcept nogil:
    return <u64>s32(zext32(x) << (n & 31) | zext32(x) >> ((0 - n) & 31))


cdef inline u64 rorw(u64 x, u64 n) noexcept nogil:
    return <u64>s32(zext32(x) >> (n & 31) | zext32(x) << ((0 - n) & 31))


cdef inline u64 clz(u64 x) noexcept nogil:
    return 64 if x == 0 else builtin_clz(x)


cdef inline u64 ctz(u64 x) noexcept nogil:
    return 64 if x == 0 else builtin_ctz(x)


cdef inline u64 clzw(u64 x) noexcept nogil:
    return clz(x << 32 | <u64>1 << 31)             # the bit set below the operand stops the count at 32


cdef inline u64 ctzw(u64 x) noexcept nogil:
    return ctz(x | <u64>1 << 32)                   # likewise above it


cdef inline u64 cpop(u64 x) noexcept nogil:
    return builtin_popcount(x)


cdef inline u64 rev8(u64 x) noexcept nogil:
    return builtin_bswap(x)


cdef inline u64 brev8(u64 x) noexcept nogil:
    x = x >> 1 & <u64>0x5555_5555_5555_5555 | (x & <u64>0x5555_5555_5555_5555) << 1     # swap bits, then pairs ...
    x = x >> 2 & <u64>0x3333_3333_3333_3333 | (x & <u64>0x3333_3333_3333_3333) << 2
    return x >> 4 & <u64>0x0f0f_0f0f_0f0f_0f0f | (x & <u64>0x0f0f_0f0f_0f0f_0f0f) << 4  # ... then halves of bytes


cdef inline u64 orc_b(u64 x) noexcept nogil:
    x |= x >> 1 & <u64>0x7f7f_7f7f_7f7f_7f7f       # within each byte, gather every bit into bit 0 ...
    x |= x >> 2 & <u64>0x3f3f_3f3f_3f3f_3f3f
    x |= x >> 4 & <u64>0x0f0f_0f0f_0f0f_0f0f
    return (x & <u64>0x0101_0101_0101_0101) * 255  # ... and spread it over the byte


cdef inline u64 clmul(u64 a, u64 b) noexcept nogil:
    cdef u64 product = 0
    while b:
        product ^= a << ctz(b)
        b &= b - 1
    return product


cdef inline u64 clmulr(u64 a, u64 b) noexcept nogil:
    """Bits 126:63 of the carry-less product: a bit of `b` at place n adds `a` shifted right by 63 - n."""
    cdef u64 product = 0
    while b:
        product ^= a >> (63 - ctz(b))
        b &= b - 1
    return product


cdef inline u64 clmulh(u64 a, u64 b) noexcept nogil:
    return clmulr(a, b) >> 1


# Permutations: each element of `index` chooses the element of `table` that comes to its place, or 0 beyond the last.
cdef inline u64 xperm4(u64 table, u64 index) noexcept nogil:
    cdef u64 permuted = 0
    cdef int place
    for place in range(0, 64, 4):
        permuted |= (table >> ((index >> place & 15) << 2) & 15) << place
    return permuted


cdef inline u64 xperm8(u64 table, u64 index) noexcept nogil:
    cdef u64 permuted = 0, chosen
    cdef int place
    for place in range(0, 64, 8):
        chosen = index >> place & 255
        if chosen < 8: permuted |= (table >> (chosen << 3) & 255) << place
    return permuted
