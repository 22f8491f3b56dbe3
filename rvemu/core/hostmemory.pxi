# Memory of the host, behind RAM's back: for tables, and for machine code.

cdef extern from *:
    """
    #include <sys/mman.h>
    #include <unistd.h>
    #include <sys/syscall.h>
    /* Zeroed memory that costs nothing until it is touched, or NULL. */
    static void *rv_map(size_t size) {
        void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) return NULL;
        madvise(p, size, MADV_NOHUGEPAGE);
        return p;
    }
    static void rv_unmap(void *p, size_t size) { if (p) munmap(p, size); }
    #if defined(__x86_64__) && defined(__linux__)
    static int rv_jit_host(void) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
            && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt"); }
    /* Map memory twice; false where the host does not let it be executed. */
    static int rv_map_code(size_t size, void **writable, void **executable) {
        int fd = (int)syscall(SYS_memfd_create, "rvemu-code", 1u);
        void *w, *x;
        if (fd < 0) return 0;
        if (ftruncate(fd, (off_t)size)) { close(fd); return 0; }
        w = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        x = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
        close(fd);
        if (w != MAP_FAILED && x != MAP_FAILED) { *writable = w; *executable = x; return 1; }
        if (w != MAP_FAILED) munmap(w, size);
        if (x != MAP_FAILED) munmap(x, size);
        return 0; }
    #else
    static int rv_jit_host(void) { return 0; }
    static int rv_map_code(size_t size, void **writable, void **executable) { return 0; }
    #endif
    """
    void *rv_map(size_t size) noexcept nogil
    void rv_unmap(void *p, size_t size) noexcept nogil
    int getpid() noexcept nogil
    bint rv_jit_host() noexcept nogil
    bint rv_map_code(size_t size, void **writable, void **executable) noexcept nogil
