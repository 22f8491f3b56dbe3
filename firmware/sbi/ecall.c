// SBI calls: extension in a7, function in a6, arguments from a0, error in a0 and value in a1.
#include "firmware.h"

// Not registered with the SBI specification: "rvem".
#define IMPL_ID 0x7276656d
#define IMPL_VERSION 1

struct extension {
	u64 id;
	struct sbi_ret (*call)(u64 function, const u64 *args);
};

static struct sbi_ret base_call(u64 function, const u64 *args);

static const struct extension extensions[] = {
	{ SBI_EXT_BASE, base_call },
	{ SBI_EXT_TIME, timer_call },
	{ SBI_EXT_IPI, ipi_call },
	{ SBI_EXT_RFENCE, rfence_call },
	{ SBI_EXT_HSM, hsm_call },
	{ SBI_EXT_SRST, reset_call },
	{ SBI_EXT_DBCN, console_call },
};
#define EXTENSIONS (sizeof(extensions) / sizeof(extensions[0]))

static const struct extension *find(u64 id)
{
	for (u64 i = 0; i < EXTENSIONS; i++)
		if (extensions[i].id == id)
			return &extensions[i];
	return 0;
}

static bool is_present(u64 id)
{
	if (id == SBI_EXT_SRST)
		return platform.syscon;
	return id <= SBI_LEGACY_SHUTDOWN || find(id);
}

static struct sbi_ret base_call(u64 function, const u64 *args)
{
	switch (function) {
	case SBI_BASE_GET_SPEC_VERSION:
		return (struct sbi_ret){ SBI_SUCCESS, SBI_SPEC_VERSION_2_0 };
	case SBI_BASE_GET_IMPL_ID:
		return (struct sbi_ret){ SBI_SUCCESS, IMPL_ID };
	case SBI_BASE_GET_IMPL_VERSION:
		return (struct sbi_ret){ SBI_SUCCESS, IMPL_VERSION };
	case SBI_BASE_PROBE_EXTENSION:
		return (struct sbi_ret){ SBI_SUCCESS, is_present(args[0]) };
	case SBI_BASE_GET_MVENDORID:
		return (struct sbi_ret){ SBI_SUCCESS, csr_read(mvendorid) };
	case SBI_BASE_GET_MARCHID:
		return (struct sbi_ret){ SBI_SUCCESS, csr_read(marchid) };
	case SBI_BASE_GET_MIMPID:
		return (struct sbi_ret){ SBI_SUCCESS, csr_read(mimpid) };
	}
	return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
}

void ecall(struct frame *frame)
{
	u64 *args = &frame->x[REG_A0], id = frame->x[REG_A7];
	const struct extension *extension = find(id);
	struct sbi_ret ret = { SBI_ERR_NOT_SUPPORTED, 0 };

	if (id <= SBI_LEGACY_SHUTDOWN) {
		args[0] = legacy_call(id, args);
		return;
	}
	if (extension)
		ret = extension->call(frame->x[REG_A6], args);
	args[0] = ret.error;
	args[1] = ret.value;
}
