// Counters and event selectors of the hardware performance monitor; each may be hardwired to 0.
#include "test.h"
#include "csr_test.h"

TEST_BEGIN
.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LOWEST CSR_MCYCLE+\n
	LOWEST CSR_MCOUNTINHIBIT+\n
	READ_ONLY CSR_CYCLE+\n
	CASE
	csrw CSR_MCOUNTINHIBIT+\n, x0
	csrr a0, CSR_MCOUNTINHIBIT+\n
	bnez a0, fail
	csrw CSR_MCYCLE+\n, x0
	csrr a0, CSR_MCYCLE+\n
	csrr a1, CSR_CYCLE+\n
	bne a0, a1, fail
.endr
TEST_END
