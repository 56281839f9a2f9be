// What Swift sees of libuv: the header itself, and small inline wrappers for what the importer cannot read.
#ifndef CUV_SHIM_H
#define CUV_SHIM_H

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

// The two calls with which a run loop that is not libdispatch's serves the main queue. Weak: a program without
// libdispatch links and runs, and simply has no main queue to serve.
extern int _dispatch_get_main_queue_handle_4CF(void) __attribute__((weak));
extern void _dispatch_main_queue_callback_4CF(void *message) __attribute__((weak));

/// The descriptor that is readable while the main queue has work; -1 when there is no main queue.
static inline int cuv_main_queue_descriptor(void) {
    return _dispatch_get_main_queue_handle_4CF ? _dispatch_get_main_queue_handle_4CF() : -1;
}

/// Runs what waits in the main queue; only on the main thread, when its descriptor is readable.
static inline void cuv_main_queue_run(void) {
    uint64_t signals;  // The queue sets the descriptor and leaves it to the run loop to reset it: or poll would spin.
    ssize_t ignored = read(_dispatch_get_main_queue_handle_4CF(), &signals, sizeof signals);
    (void)ignored;
    if (_dispatch_main_queue_callback_4CF) _dispatch_main_queue_callback_4CF(0);
}

/// Whether the caller is the thread that the process began with. (gettid() is hidden from Swift.)
static inline int cuv_is_main_thread(void) {
    return syscall(SYS_gettid) == getpid();
}

/// Lets a thread end by itself, without anybody who waits for it. (libuv has only uv_thread_join.)
static inline void cuv_thread_detach(uv_thread_t thread) {
    pthread_detach(thread);
}

/// Has the processor fetch a line of memory meanwhile; any address will do, even one where nothing is. (It is a builtin.)
static inline void cuv_prefetch(const void *address) {
    __builtin_prefetch(address);
}

#endif
