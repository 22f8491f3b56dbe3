# Helpers of the scalar cryptography rows. The S-boxes are computed from their definitions once, at import.
cdef u8 aes_substitute[256]
cdef u8 aes_restore[256]
cdef u8 sm4_substitute[256]


cdef u8 field_product(u32 a, u32 b, u32 polynomial) noexcept nogil:
    """The product of two elements of GF(2^8), modulo a polynomial of degree 8."""
    cdef u32 product = 0
    while b:
        if b & 1: product ^= a
        a <<= 1
        if a & 0x100: a ^= polynomial
        b >>= 1
    return <u8>product


cdef u8 field_inverse(u8 a, u32 polynomial) noexcept nogil:
    """The inverse in GF(2^8), which is the power 254; 0 for 0."""
    cdef u8 inverse = 1
    for _ in range(254): inverse = field_product(inverse, a, polynomial)
    return inverse


cdef u8 rotated_sum(u8 a, u32 by) noexcept nogil:
    """The exclusive or of `a` rotated left by every n whose bit of `by` is set."""
    cdef u8 total = 0
    cdef int n
    for n in range(8):
        if by >> n & 1: total ^= <u8>(a << n | a >> (8 - n))
    return total


cdef void init_aes() noexcept:
    """FIPS 197: the inverse modulo x^8 + x^4 + x^3 + x + 1, then an affine transformation."""
    cdef u32 a
    for a in range(256):
        aes_substitute[a] = rotated_sum(field_inverse(<u8>a, 0x11b), 0b0001_1111) ^ 0x63
        aes_restore[aes_substitute[a]] = <u8>a


cdef void init_sm4() noexcept:
    """GB/T 32907: an affine transformation, the inverse modulo x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1, and it again."""
    cdef u32 a
    cdef u8 inverse
    for a in range(256):
        inverse = field_inverse(rotated_sum(<u8>a, 0b1100_1011) ^ 0xd3, 0x1f5)
        sm4_substitute[a] = rotated_sum(inverse, 0b1100_1011) ^ 0xd3


cdef inline u64 substitute_bytes(u64 x, const u8 *box) noexcept nogil:
    cdef u64 substituted = 0
    cdef int place
    for place in range(0, 64, 8): substituted |= <u64>box[x >> place & 255] << place
    return substituted


# The AES state is two registers of two columns; row n of a column is its byte n.
cdef inline u64 shifted_rows(u64 low, u64 high, int step) noexcept nogil:
    """The low two columns after row n has moved by n columns: to the left where `step` is 1, to the right for -1."""
    cdef u64 shifted = 0, source
    cdef int place, column
    for place in range(8):
        column = ((place >> 2) + step * (place & 3)) & 3
        source = high if column & 2 else low
        shifted |= (source >> ((column & 1) << 5 | (place & 3) << 3) & 255) << (place << 3)
    return shifted


cdef inline u64 doubled(u64 x) noexcept nogil:
    """Each byte times x in the field of AES."""
    return (x & <u64>0x7f7f_7f7f_7f7f_7f7f) << 1 ^ (x >> 7 & <u64>0x0101_0101_0101_0101) * 0x1b


cdef inline u64 rows_down(u64 x, int n) noexcept nogil:
    """Each column rotated so that row r holds what row r + n held."""
    cdef u64 kept = (<u64>1 << (32 - 8 * n)) - 1
    kept |= kept << 32
    return x >> 8 * n & kept | x << (32 - 8 * n) & ~kept


cdef inline u64 mixed_columns(u64 x) noexcept nogil:
    """FIPS 197, MixColumns: 2, 3, 1, 1 times rows r, r + 1, r + 2, r + 3."""
    return doubled(x ^ rows_down(x, 1)) ^ rows_down(x, 1) ^ rows_down(x, 2) ^ rows_down(x, 3)


cdef inline u64 unmixed_columns(u64 x) noexcept nogil:
    """FIPS 197, InvMixColumns: 14, 11, 13, 9, which is MixColumns after 5, 0, 4, 0."""
    return mixed_columns(x ^ doubled(doubled(x ^ rows_down(x, 2))))


cdef inline u64 aes64es(u64 low, u64 high) noexcept nogil:
    return substitute_bytes(shifted_rows(low, high, 1), aes_substitute)


cdef inline u64 aes64ds(u64 low, u64 high) noexcept nogil:
    return substitute_bytes(shifted_rows(low, high, -1), aes_restore)


cdef inline u64 aes64ks1i(u64 key, u64 rnum) noexcept nogil:
    """SubWord of the high word, for all but the last round number rotated, and with the round constant; twice."""
    cdef u64 value = key >> 32
    cdef u8 constant = 0
    cdef u64 n
    if rnum != 10:
        value = zext32(rorw(value, 8))
        constant = 1
        for n in range(rnum): constant = field_product(constant, 2, 0x11b)
    value = zext32(substitute_bytes(value, aes_substitute)) ^ constant
    return value << 32 | value


cdef inline u64 aes64ks2(u64 a, u64 b) noexcept nogil:
    cdef u64 low = a >> 32 ^ zext32(b)
    return (low ^ b >> 32) << 32 | low


# SM4 works on words: the byte of `b` that bs names is substituted, spread by a linear map, and added to `a`.
cdef inline u64 sm4_round(u64 a, u64 spread, u64 bs) noexcept nogil:
    return <u64>s32(rolw(spread, bs << 3) ^ a)


cdef inline u64 sm4ed(u64 a, u64 b, u64 bs) noexcept nogil:
    cdef u64 x = sm4_substitute[b >> (bs << 3) & 255]
    return sm4_round(a, x ^ x << 8 ^ x << 2 ^ x << 18 ^ (x & 0x3f) << 26 ^ (x & 0xc0) << 10, bs)


cdef inline u64 sm4ks(u64 a, u64 b, u64 bs) noexcept nogil:
    cdef u64 x = sm4_substitute[b >> (bs << 3) & 255]
    return sm4_round(a, x ^ (x & 7) << 29 ^ (x & 0xfe) << 7 ^ (x & 1) << 23 ^ (x & 0xf8) << 13, bs)
