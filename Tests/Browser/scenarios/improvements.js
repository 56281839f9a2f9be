// improvements.js: where our client differs from the official one on purpose: the row of the table in
// docs/guides/browser-client.md that tells of it. The suite checks that the row is there and that a scenario shows it.
"use strict";

const improvements = {
    "jitter-after-cap": "many clients after an outage",
    "refused-here": "a message above the server's `maxHttpBufferSize`",
    "errors-are-errors": "no transport that could be tried",
};
