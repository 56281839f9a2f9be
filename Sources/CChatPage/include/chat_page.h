// The files of the chat page that chatd serves.
#ifndef CHAT_PAGE_H
#define CHAT_PAGE_H

#include <stddef.h>

/// A file in the binary; it lives as long as the program.
struct chat_file {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t size;
};

/// All files of the page, and how many there are.
const struct chat_file *_Nonnull chat_page(size_t *_Nonnull count);

#endif
