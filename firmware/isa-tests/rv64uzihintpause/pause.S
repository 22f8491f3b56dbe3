// The PAUSE hint.
#include "test.h"

TEST_BEGIN
	CASE
	T pause
TEST_END
