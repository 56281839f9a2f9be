// The files of the browser client that a Socket.IO server serves.
#ifndef CLIENT_FILES_H
#define CLIENT_FILES_H

#include <stddef.h>

/// The bytes of one file; they live as long as the program.
struct client_file {
    const unsigned char *_Nonnull bytes;
    size_t count;
};

/// static/socket.io.js
struct client_file client_file_socket_io_js(void);

#endif
