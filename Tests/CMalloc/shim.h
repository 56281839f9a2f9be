// shim.h: what malloc knows about itself, for servers under test. Swift's Glibc does not have <malloc.h>.
#pragma once
#include <malloc.h>

// The bytes that the program holds now, over all arenas; what malloc keeps for later is not among them.
static inline size_t malloc_bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
