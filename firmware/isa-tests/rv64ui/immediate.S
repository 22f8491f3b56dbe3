// Register-immediate instructions: instruction, result, operand, immediate.
#include "test.h"

TEST_BEGIN
	RI addi, 0xffffffffffffffff, 0x0, -1
	RI addi, 0xfffffffffffffffe, 0xffffffffffffffff, -1
	RI addi, 0xfffffffffffff81f, 0x1f, -2048
	RI addi, 0xfb723c2649206fe2, 0xfb723c2649206fe3, -1
	RI addi, 0xfffffffffffff7ff, 0xffffffffffffffff, -2048
	RI addi, 0x8dff1866e55a7300, 0x8dff1866e55a7b00, -2048
	RI addi, 0x3f, 0x40, -1

	RI slti, 0x0, 0x0, -1
	RI slti, 0x1, 0xffffffffffffffff, 178
	RI slti, 0x0, 0x1f, -2048
	RI slti, 0x0, 0x301c259b768079cd, -2048
	RI slti, 0x0, 0x1, -1
	RI slti, 0x0, 0x4c70e0052ce2a3ca, -699
	RI slti, 0x0, 0x0, -2048

	RI sltiu, 0x1, 0x0, -1
	RI sltiu, 0x0, 0xffffffffffffffff, -2048
	RI sltiu, 0x1, 0xfffffffffffffffe, -1
	RI sltiu, 0x1, 0xd889a9b23fe9949b, -1
	RI sltiu, 0x1, 0x8000000000000000, -1
	RI sltiu, 0x1, 0x708f8acc2ac88e75, -2048
	RI sltiu, 0x1, 0x80, -1

	RI xori, 0xfffffffffffffcb7, 0x0, -841
	RI xori, 0x7ff, 0xffffffffffffffff, -2048
	RI xori, 0xffffffff80000000, 0x7fffffff, -1
	RI xori, 0x11cd263e246e49c4, 0x11cd263e246e4c08, 1484
	RI xori, 0x7ffffca4, 0xffffffff80000000, -860
	RI xori, 0x93be151949266c6a, 0x6c41eae6b6d99395, -1
	RI xori, 0xfffffffffffff81f, 0x1f, -2048

	RI ori, 0xffffffffffffffff, 0x0, -1
	RI ori, 0xffffffffffffffff, 0xffffffffffffffff, -1869
	RI ori, 0xffffffffffffffff, 0xffffffff, -1
	RI ori, 0xfffffffffffffb10, 0x66ec16cbd6a37310, -2048
	RI ori, 0xffffffffffffffff, 0x100000000, -1
	RI ori, 0xffffffffffffffff, 0x6a388b9ddc0ebb6f, -1
	RI ori, 0xffffffffffffffff, 0x7fffffff, -1

	RI andi, 0x0, 0x0, 1906
	RI andi, 0x98, 0xffffffffffffffff, 152
	RI andi, 0x40, 0x40, -189
	RI andi, 0x4, 0xe8e2454b645026, 1029
	RI andi, 0x7ffffffffffff800, 0x7fffffffffffffff, -2048
	RI andi, 0x500, 0x7022504d8972972a, 1492
	RI andi, 0xfffff800, 0xffffffff, -2048

	RI slli, 0x0, 0x0, 32
	RI slli, 0xffffffff00000000, 0xffffffffffffffff, 32
	RI slli, 0x0, 0x80000000, 63
	RI slli, 0xf2a013dc94918000, 0x3c3ca804f725246, 14
	RI slli, 0x0, 0x5ee51d3ac0ffee42, 63
	RI slli, 0xc8c0169c00000000, 0x3e6d7664c8c0169c, 32
	RI slli, 0x8000000000000000, 0xffffffff, 63

	RI srli, 0x0, 0x0, 32
	RI srli, 0xffffffff, 0xffffffffffffffff, 32
	RI srli, 0x1, 0xffffffff80000000, 63
	RI srli, 0x7456cd84, 0x7456cd849f786292, 32
	RI srli, 0x0, 0x1, 14
	RI srli, 0x563ab1c, 0x563ab1cb905eca0, 32
	RI srli, 0x0, 0x80000000, 32

	RI srai, 0x0, 0x0, 32
	RI srai, 0xffffffffffffffff, 0xffffffffffffffff, 7
	RI srai, 0x0, 0x8000, 63
	RI srai, 0xeb54ba1, 0xeb54ba1b4bd27b5, 32
	RI srai, 0x7fffffff, 0x7fffffffffffffff, 32
	RI srai, 0xffffffff9c1b45d0, 0x9c1b45d085f7721b, 32
	RI srai, 0x0, 0x80, 32

	RI addiw, 0xfffffffffffffc51, 0x0, -943
	RI addiw, 0xfffffffffffffffe, 0xffffffffffffffff, -1
	RI addiw, 0xfffffffffffff800, 0x8000000000000000, -2048
	RI addiw, 0xffffffffe459fdb6, 0xf95f5e98e459f6fd, 1721
	RI addiw, 0x235, 0x7fffffffffffffff, 566
	RI addiw, 0xffffffffe216bfe2, 0xf2f8e76ae216bef2, 240
	RI addiw, 0x7fffffff, 0x80000000, -1

	RI slliw, 0x0, 0x0, 16
	RI slliw, 0xffffffff80000000, 0xffffffffffffffff, 31
	RI slliw, 0x0, 0x5ee51d3ac0ffee42, 31
	RI slliw, 0x40000000, 0x90c3b95c7bf826c5, 30
	RI slliw, 0xffffffff80000000, 0x1, 31
	RI slliw, 0xffffffffd2000000, 0xd9c93ea67a82dd69, 25
	RI slliw, 0x0, 0x2, 31

	RI srliw, 0x0, 0x0, 16
	RI srliw, 0xffff, 0xffffffffffffffff, 16
	RI srliw, 0x0, 0x8000, 19
	RI srliw, 0x2752d, 0x5e7928f22752d6d3, 12
	RI srliw, 0x0, 0x3f, 16
	RI srliw, 0x1, 0xf2054a719cce99bf, 31
	RI srliw, 0x0, 0x2, 16

	RI sraiw, 0x0, 0x0, 10
	RI sraiw, 0xffffffffffffffff, 0xffffffffffffffff, 1
	RI sraiw, 0x1f, 0x3f, 1
	RI sraiw, 0xffffffffffffffff, 0x21e158dde06cddd4, 31
	RI sraiw, 0xfffffffffffffffc, 0x80000000, 29
	RI sraiw, 0x0, 0x992126a85ba38c12, 31
	RI sraiw, 0x0, 0x40, 31

	// lui and auipc: the immediate is sign-extended, and auipc adds the pc.
.macro UPPER op, result, imm
	CASE
	T \op a0, \imm
	EXPECT a0, \result
.endm
	UPPER lui, 0, 0
	UPPER lui, 0x1000, 1
	UPPER lui, 0x7ffff000, 0x7ffff
	UPPER lui, 0xffffffff80000000, 0x80000
	UPPER lui, 0xfffffffffffff000, 0xfffff
	UPPER lui, 0x12345000, 0x12345
.macro PC_RELATIVE distance, imm
	CASE
	jal a1, 1f
1:	T auipc a0, \imm
	sub a0, a0, a1
	EXPECT a0, \distance
.endm
	PC_RELATIVE 0, 0
	PC_RELATIVE 0x1000, 1
	PC_RELATIVE 0x7ffff000, 0x7ffff
	PC_RELATIVE 0xffffffff80000000, 0x80000
	PC_RELATIVE 0xfffffffffffff000, 0xfffff
	T lui x0, 1
	T auipc x0, 1
	CASE
	bnez x0, fail
TEST_END
