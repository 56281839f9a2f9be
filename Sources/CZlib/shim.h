// What Swift sees of zlib: the header itself, and inline functions in place of the macros that open a stream.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

/// Opens a compressor; negative window bits mean raw deflate, 16 more mean gzip.
static inline int czlib_deflate_open(z_stream *stream, int level, int windowBits, int memoryLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY);
}

/// Opens a decompressor; negative window bits mean raw deflate, 32 more mean gzip or zlib, whichever comes.
static inline int czlib_inflate_open(z_stream *stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}

/// Begins the next deflate stream with the window of the one that has ended; an undocumented function of zlib.
static inline int czlib_inflate_continue(z_stream *stream) {
    return inflateResetKeep(stream);
}

#endif
