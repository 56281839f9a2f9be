// The browser client, byte for byte as it lies in static/: see docs/decisions/002-files-in-the-binary.md.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "client_files.h"

static const unsigned char socket_io_js[] = {
#embed "../../static/socket.io.js"
};

struct client_file client_file_socket_io_js(void) {
    return (struct client_file){socket_io_js, sizeof socket_io_js};
}
