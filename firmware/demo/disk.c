// A virtio block device on virtio-mmio, one request at a time, completed by interrupt.
// Source: Virtual I/O Device (VIRTIO) 1.2, "Virtio Over MMIO", "Split Virtqueues", "Block Device".
#include "kernel.h"

enum {
	MMIO_MAGIC_VALUE = 0x000,
	MMIO_VERSION = 0x004,
	MMIO_DEVICE_ID = 0x008,
	MMIO_DEVICE_FEATURES = 0x010,
	MMIO_DEVICE_FEATURES_SEL = 0x014,
	MMIO_DRIVER_FEATURES = 0x020,
	MMIO_DRIVER_FEATURES_SEL = 0x024,
	MMIO_QUEUE_SEL = 0x030,
	MMIO_QUEUE_NUM_MAX = 0x034,
	MMIO_QUEUE_NUM = 0x038,
	MMIO_QUEUE_READY = 0x044,
	MMIO_QUEUE_NOTIFY = 0x050,
	MMIO_INTERRUPT_STATUS = 0x060,
	MMIO_INTERRUPT_ACK = 0x064,
	MMIO_STATUS = 0x070,
	MMIO_QUEUE_DESC_LOW = 0x080,
	MMIO_QUEUE_DRIVER_LOW = 0x090,
	MMIO_QUEUE_DEVICE_LOW = 0x0a0,
	MMIO_CONFIG_CAPACITY = 0x100,
};
#define VIRTIO_MAGIC 0x74726976
#define VIRTIO_MMIO_VERSION 2
#define VIRTIO_ID_BLOCK 2
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8
#define FEATURE_BLK_RO (1U << 5)
#define FEATURE_VERSION_1_WORD 1 // bit 32: bit 0 of the second word
#define FEATURE_VERSION_1 1

#define DESC_NEXT 1
#define DESC_WRITE 2
#define BLK_IN 0
#define BLK_OUT 1
#define BLK_OK 0
#define BLK_UNANSWERED 0xff
#define QUEUE_SIZE 4
#define TIMEOUT_MS 5000

struct descriptor {
	u64 address;
	u32 length;
	u16 flags;
	u16 next;
};

struct queue {
	struct descriptor descriptors[QUEUE_SIZE];
	struct {
		u16 flags, index, ring[QUEUE_SIZE];
	} available;
	struct {
		u16 flags, index;
		struct {
			u32 id, length;
		} ring[QUEUE_SIZE];
	} used __attribute__((aligned(4)));
};

struct request {
	u32 type, reserved;
	u64 sector;
	u8 status;
};

static struct virtio_slot slot;
static u64 sectors;
static bool read_only;
static struct queue queue __attribute__((aligned(16)));
static struct request request;

static u32 get(u32 offset)
{
	return read32(slot.base + offset);
}

static void put(u32 offset, u32 value)
{
	write32(slot.base + offset, value);
}

static void put_address(u32 offset_low, const void *address)
{
	put(offset_low, (u64)address);
	put(offset_low + 4, (u64)address >> 32);
}

static bool find_disk(void)
{
	for (u32 i = 0; i < machine.virtio_count; i++) {
		slot = machine.virtio[i];
		if (get(MMIO_MAGIC_VALUE) == VIRTIO_MAGIC && get(MMIO_VERSION) == VIRTIO_MMIO_VERSION
		    && get(MMIO_DEVICE_ID) == VIRTIO_ID_BLOCK)
			return true;
	}
	return false;
}

static bool negotiate(void)
{
	put(MMIO_STATUS, 0);
	put(MMIO_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	put(MMIO_DEVICE_FEATURES_SEL, 0);
	read_only = get(MMIO_DEVICE_FEATURES) & FEATURE_BLK_RO;
	put(MMIO_DRIVER_FEATURES_SEL, 0);
	put(MMIO_DRIVER_FEATURES, read_only ? FEATURE_BLK_RO : 0);
	put(MMIO_DRIVER_FEATURES_SEL, FEATURE_VERSION_1_WORD);
	put(MMIO_DRIVER_FEATURES, FEATURE_VERSION_1);
	put(MMIO_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
	return get(MMIO_STATUS) & STATUS_FEATURES_OK;
}

static bool set_up_queue(void)
{
	put(MMIO_QUEUE_SEL, 0);
	if (get(MMIO_QUEUE_READY) || get(MMIO_QUEUE_NUM_MAX) < QUEUE_SIZE)
		return false;
	put(MMIO_QUEUE_NUM, QUEUE_SIZE);
	put_address(MMIO_QUEUE_DESC_LOW, queue.descriptors);
	put_address(MMIO_QUEUE_DRIVER_LOW, &queue.available);
	put_address(MMIO_QUEUE_DEVICE_LOW, &queue.used);
	put(MMIO_QUEUE_READY, 1);
	return true;
}

bool disk_init(void)
{
	if (!find_disk() || !negotiate() || !set_up_queue())
		return false;
	put(MMIO_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
	sectors = get(MMIO_CONFIG_CAPACITY) | (u64)get(MMIO_CONFIG_CAPACITY + 4) << 32;
	plic_enable(slot.irq);
	return true;
}

u64 disk_sectors(void)
{
	return sectors;
}

bool disk_writable(void)
{
	return sectors && !read_only;
}

void disk_interrupt(u32 irq)
{
	if (sectors && irq == slot.irq)
		put(MMIO_INTERRUPT_ACK, get(MMIO_INTERRUPT_STATUS));
}

static u16 used_index(void)
{
	return __atomic_load_n(&queue.used.index, __ATOMIC_ACQUIRE);
}

static void offer(void *bytes, u32 size, u32 type)
{
	u16 data_flags = DESC_NEXT | (type == BLK_IN ? DESC_WRITE : 0);

	queue.descriptors[0] = (struct descriptor){ (u64)&request, 16, DESC_NEXT, 1 };
	queue.descriptors[1] = (struct descriptor){ (u64)bytes, size, data_flags, 2 };
	queue.descriptors[2] = (struct descriptor){ (u64)&request.status, 1, DESC_WRITE, 0 };
	queue.available.ring[queue.available.index % QUEUE_SIZE] = 0;
	fence_io();
	__atomic_store_n(&queue.available.index, queue.available.index + 1, __ATOMIC_RELEASE);
	fence_io();
	put(MMIO_QUEUE_NOTIFY, 0);
}

// Addresses are physical, which the kernel's are too.
static bool transfer(u64 sector, void *bytes, u32 size, u32 type)
{
	u64 deadline = time() + milliseconds(TIMEOUT_MS);
	u16 before = used_index();

	if (!sectors || sector >= sectors || size / SECTOR_SIZE > sectors - sector)
		return false;
	request = (struct request){ .type = type, .sector = sector, .status = BLK_UNANSWERED };
	offer(bytes, size, type);
	while (used_index() == before && time() < deadline)
		idle(deadline);
	fence_io();
	return __atomic_load_n(&request.status, __ATOMIC_ACQUIRE) == BLK_OK;
}

bool disk_read(u64 sector, void *bytes, u32 size)
{
	return transfer(sector, bytes, size, BLK_IN);
}

bool disk_write(u64 sector, const void *bytes, u32 size)
{
	return transfer(sector, (void *)bytes, size, BLK_OUT);
}
