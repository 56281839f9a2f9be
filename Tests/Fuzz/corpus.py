#!/usr/bin/env python3
"""The corpora of the fuzzers as readable text: Tests/Fuzz/Corpus/GRAMMAR.txt, one input a line.

Printable ASCII stands for itself, every other byte and the backslash as \\xNN. The first two bytes are the options and the
size of the pieces (FuzzTarget.swift). usage: corpus.py pack|unpack GRAMMAR FOLDER"""
import hashlib, pathlib, re, sys

CORPUS = pathlib.Path(__file__).resolve().parent / "Corpus"


def written(data):
    return "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02X}" for b in data)


def read(line):
    return re.sub(rb"\\x([0-9A-F]{2})", lambda m: bytes([int(m.group(1), 16)]), line.encode("ascii"))


def main():
    action, grammar, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    packed = CORPUS / f"{grammar}.txt"
    if action == "pack":
        inputs = sorted((p.read_bytes() for p in folder.iterdir()), key=lambda data: (len(data), data))
        packed.write_text("".join(written(data) + "\n" for data in inputs if len(data) > 2))
    elif packed.exists():
        for line in packed.read_text().splitlines():
            data = read(line)
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


main()
