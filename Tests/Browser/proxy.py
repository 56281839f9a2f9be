"""A TCP proxy that cuts connections as a network does: at once, both sides, with nothing said."""

import socket
import struct
import threading


class Proxy:
    """Stands before a server. While it is held it takes connections and drops them."""

    def __init__(self, port):
        self.target = port
        self.held = False
        self.live = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            if self.held:
                drop(client)
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.live |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    def carry(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # cut: there is nobody left to tell

    def cut(self):
        """Ends every connection without a word, and lets nobody through until `release`."""
        self.held = True
        with self.lock:
            live, self.live = self.live, set()
        for each in live:
            drop(each)

    def release(self):
        self.held = False

    def close(self):
        self.listener.close()
        self.cut()


def drop(connection):
    """A reset instead of a farewell; `shutdown` also wakes the thread that reads."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was quicker
    connection.close()
