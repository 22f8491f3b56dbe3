// The registers that a call may change, as a trap handler saves them: 16, at sp.
#ifndef SAVE_H
#define SAVE_H

#define SAVE_BYTES 128

.macro caller_saved op
	.set .Lslot, 0
	.irp register, ra,t0,t1,t2,t3,t4,t5,t6,a0,a1,a2,a3,a4,a5,a6,a7
	\op \register, .Lslot(sp)
	.set .Lslot, .Lslot + 8
	.endr
.endm

#endif
