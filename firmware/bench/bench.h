// What every benchmark shares. REP, given by the Makefile, is the number of equal portions of work: the time
// of one portion is (time of REP=10 - time of REP=1) / 9, free of the start-up.
#ifndef BENCH_H
#define BENCH_H

#include "rv.h"

#ifndef REP
#define REP 1
#endif

// Returns a checksum of the work done.
u64 main(void);

u64 random64(void);

#endif
