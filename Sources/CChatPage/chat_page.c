// The chat page, byte for byte as it lies in static/: see docs/decisions/002-files-in-the-binary.md.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "chat_page.h"

static const unsigned char index_html[] = {
#embed "../../static/index.html"
};

static const unsigned char chat_css[] = {
#embed "../../static/chat.css"
};

static const unsigned char chat_js[] = {
#embed "../../static/chat.js"
};

const struct chat_file *chat_page(size_t *count) {
    static const struct chat_file files[] = {
        {"index.html", index_html, sizeof index_html},
        {"chat.css", chat_css, sizeof chat_css},
        {"chat.js", chat_js, sizeof chat_js},
    };
    *count = sizeof files / sizeof files[0];
    return files;
}
