// What Swift sees of libuv: the header itself, and small inline wrappers for what the importer cannot read.
#ifndef CUV_SHIM_H
#define CUV_SHIM_H

#include <uv.h>

#endif
