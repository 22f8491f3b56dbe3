// AES encryption and key schedule: instruction, result, operands.
#include "test.h"

TEST_BEGIN
	RR aes64es, 0x6363636363636363, 0x0, 0x0
	RR aes64es, 0x1616161616161616, 0xffffffffffffffff, 0xffffffffffffffff
	RR aes64es, 0x16161616161616bb, 0xfffffffffffffffe, 0xfffffffffffffffe
	RR aes64es, 0x8763633363635d49, 0x43858d66ea0f53a4, 0x100000000
	RR aes64es, 0x63917b63eb666363, 0x8000000000000000, 0x3cac55e5c1d3038d
	RR aes64es, 0x736aa23a9658b04e, 0xaf8fca28f638ab6, 0x3558b99f045e1a40
	RR aes64es, 0x6363636363636377, 0x2, 0x1

	RR aes64esm, 0x6363636363636363, 0x0, 0x0
	RR aes64esm, 0xe7ad209b8ac45858, 0xffffffffffffffff, 0x5ee51d3ac0ffee42
	RR aes64esm, 0xbbffb827161689fc, 0xffffffff80000000, 0x1
	RR aes64esm, 0x78829106dcf46747, 0x8976b18bc2ab44d2, 0xffffffff
	RR aes64esm, 0x1a8d15fb756c404e, 0x3f, 0xc1b04c8c15afdfee
	RR aes64esm, 0x44113a4f22822f21, 0x4b937e21cf2f3bc3, 0xdb4dce745510c62e
	RR aes64esm, 0xf4f0596775ebb9af, 0x5ee51d3ac0ffee42, 0x100000000

	RI aes64ks1i, 0x6363637363636373, 0x0, 4
	RI aes64ks1i, 0x1616160d1616160d, 0xffffffffffffffff, 8
	RI aes64ks1i, 0x6363637363636373, 0x40, 4
	RI aes64ks1i, 0xb6fcb98ab6fcb98a, 0x55db37799b970214, 4
	RI aes64ks1i, 0x6363637363636373, 0x8000, 4
	RI aes64ks1i, 0x1923631019236310, 0x32009e8e086aff49, 8
	RI aes64ks1i, 0x6363637863636378, 0x2, 8

	RR aes64ks2, 0x0, 0x0, 0x0
	RR aes64ks2, 0xffffffdfffffffdf, 0xffffffffffffffff, 0x20
	RR aes64ks2, 0xffffffffffffffff, 0x1, 0xffffffff
	RR aes64ks2, 0x782a2235782a2235, 0x87d5ddcaacd9118d, 0xffffffff
	RR aes64ks2, 0x8d993263d612178c, 0x20, 0x5b8b25efd612178c
	RR aes64ks2, 0xf2fa9d535efc2e03, 0x1f56719a3a424f87, 0xac06b35041aa5f99
	RR aes64ks2, 0x8000000080, 0x80000000, 0x80
TEST_END
