// What Swift's Glibc module leaves out: timers that are descriptors, exact to microseconds where libuv counts in milliseconds.
#ifndef CTIMERFD_SHIM_H
#define CTIMERFD_SHIM_H

#include <sys/timerfd.h>

#endif
