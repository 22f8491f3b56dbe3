// One image for both emulators: firmware, kernel, device tree, and a stub that calls the firmware as a reset ROM does.
#define DTB 0x8fe00000
#define FIRMWARE 0x80000000

.section .firmware, "ax"
.incbin "firmware.bin"
.section .kernel, "ax"
.incbin "kernel"
.section .dtb, "a"
.incbin "machine.dtb"

.section .stub, "ax"
.globl _start
_start:
	csrr a0, mhartid
	li a1, DTB
	li a2, 0
	li t0, FIRMWARE
	jr t0
