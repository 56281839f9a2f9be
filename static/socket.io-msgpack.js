// socket.io-msgpack.js: packets as MessagePack for the browser client, as the package socket.io-msgpack-parser has
// them: each packet is one message of bytes. It follows socket.io.js, and the build makes socket.io.msgpack.min.js of
// both. Every Manager made afterwards speaks MessagePack unless it is given a `parser`. It is no general library.
(() => {
"use strict";

const { isValid } = io.Manager.parser;

/** Writes values one behind the other. */
class Writer {
    #view = new DataView(new ArrayBuffer(256));
    #length = 0;

    get bytes() {
        return new Uint8Array(this.#view.buffer, 0, this.#length);
    }

    write(value) {
        switch (typeof value) {
            case "number":
                if (Number.isSafeInteger(value)) return this.#integer(value);
                return this.#put("Float64", 0xCB, value);
            case "bigint": return this.#put(value < 0 ? "BigInt64" : "BigUint64", value < 0 ? 0xD3 : 0xCF, value);
            case "string": return this.#string(value);
            case "boolean": return this.#byte(value ? 0xC3 : 0xC2);
            case "object": if (value) return this.#object(value);
        }
        this.#byte(0xC0);
    }

    #object(value) {
        if (value instanceof Blob) throw new Error("a Blob cannot be sent as MessagePack: send its arrayBuffer()");
        if (value instanceof ArrayBuffer) return this.#binary(new Uint8Array(value));
        if (ArrayBuffer.isView(value)) {
            return this.#binary(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        }
        if (value instanceof Date) return this.#date(value);
        if (typeof value.toJSON === "function") return this.write(value.toJSON());
        if (Array.isArray(value)) {
            this.#head(value.length, 0x90, 16, 0, 0xDC);
            for (const each of value) this.write(each);
            return;
        }
        const entries = Object.entries(value).filter(([, each]) => each !== undefined && typeof each !== "function");
        this.#head(entries.length, 0x80, 16, 0, 0xDE);
        for (const [key, each] of entries) {
            this.#string(key);
            this.write(each);
        }
    }

    #integer(value) {
        if (value >= 0) {
            if (value < 0x80) this.#byte(value);
            else if (value < 0x100) this.#put("Uint8", 0xCC, value);
            else if (value < 0x10000) this.#put("Uint16", 0xCD, value);
            else if (value < 2 ** 32) this.#put("Uint32", 0xCE, value);
            else this.#put("BigUint64", 0xCF, BigInt(value));
        } else if (value >= -0x20) this.#byte(value + 0x100);
        else if (value >= -0x80) this.#put("Int8", 0xD0, value);
        else if (value >= -0x8000) this.#put("Int16", 0xD1, value);
        else if (value >= -(2 ** 31)) this.#put("Int32", 0xD2, value);
        else this.#put("BigInt64", 0xD3, BigInt(value));
    }

    #string(value) {
        const bytes = new TextEncoder().encode(value);
        this.#head(bytes.length, 0xA0, 32, 0xD9, 0xDA);
        this.#append(bytes);
    }

    #binary(bytes) {
        this.#head(bytes.length, 0, 0, 0xC4, 0xC5);
        this.#append(bytes);
    }

    /** An extension of the type 0 with eight bytes, as JavaScript's notepack has it. */
    #date(value) {
        this.#byte(0xD7);
        this.#put("BigInt64", 0, BigInt(+value));
    }

    /** A length: in the byte itself below `limit`, else in one, two or four bytes behind the byte for that. */
    #head(length, short, limit, byte, word) {
        if (length < limit) this.#byte(short + length);
        else if (byte && length < 0x100) this.#put("Uint8", byte, length);
        else if (length < 0x10000) this.#put("Uint16", word, length);
        else this.#put("Uint32", word + 1, length);
    }

    #byte(value) {
        const at = this.#claim(1);
        this.#view.setUint8(at, value);
    }

    /** A byte that says what follows, and a number in a form that DataView knows. */
    #put(form, byte, value) {
        this.#byte(byte);
        const at = this.#claim(/\d+/.exec(form) / 8);
        this.#view["set" + form](at, value);
    }

    #append(bytes) {
        const at = this.#claim(bytes.length);
        new Uint8Array(this.#view.buffer).set(bytes, at);
    }

    /** Where the next `count` bytes go, for which there is room then. */
    #claim(count) {
        const at = this.#length;
        this.#length += count;
        if (this.#length > this.#view.byteLength) {
            const larger = new Uint8Array(this.#length * 2);
            larger.set(new Uint8Array(this.#view.buffer));
            this.#view = new DataView(larger.buffer);
        }
        return at;
    }
}

/** Reads values; what ends too early throws a RangeError. */
class Reader {
    #buffer;
    #view;
    #at = 0;

    constructor(buffer) {
        this.#buffer = buffer;
        this.#view = new DataView(buffer);
    }

    /** The one value that the bytes are. */
    readAll() {
        const value = this.#read();
        if (this.#at < this.#buffer.byteLength) throw new Error("more than one packet in a message");
        return value;
    }

    #read() {
        const byte = this.#number("Uint", 8);
        if (byte < 0x80) return byte;
        if (byte < 0x90) return this.#map(byte - 0x80);
        if (byte < 0xA0) return this.#array(byte - 0x90);
        if (byte < 0xC0) return this.#string(byte - 0xA0);
        if (byte >= 0xE0) return byte - 0x100;
        switch (byte) {
            case 0xC0: return null;
            case 0xC2: return false;
            case 0xC3: return true;
            case 0xC4: case 0xC5: case 0xC6: return this.#take(this.#length(byte - 0xC4));
            case 0xC7: case 0xC8: case 0xC9: return this.#extension(this.#length(byte - 0xC7));
            case 0xCA: return this.#number("Float", 32);
            case 0xCB: return this.#number("Float", 64);
            case 0xCC: case 0xCD: case 0xCE: case 0xCF: return this.#length(byte - 0xCC);
            case 0xD0: case 0xD1: case 0xD2: case 0xD3: return this.#number("Int", 8 << (byte - 0xD0));
            case 0xD9: case 0xDA: case 0xDB: return this.#string(this.#length(byte - 0xD9));
            case 0xDC: case 0xDD: return this.#array(this.#length(byte - 0xDB));
            case 0xDE: case 0xDF: return this.#map(this.#length(byte - 0xDD));
            case 0xC1: throw new Error("a byte that MessagePack does not have");
            default: return this.#extension(1 << (byte - 0xD4));
        }
    }

    /** A number without sign in 1, 2, 4 or 8 bytes. */
    #length(power) {
        return this.#number("Uint", 8 << power);
    }

    #number(kind, bits) {
        const form = (bits === 64 && kind !== "Float" ? "Big" : "") + kind + bits;
        const value = this.#view["get" + form](this.#at);
        this.#at += bits / 8;
        return Number(value);
    }

    #take(length) {
        if (length > this.#buffer.byteLength - this.#at) throw new RangeError("a packet that ends too early");
        this.#at += length;
        return this.#buffer.slice(this.#at - length, this.#at);
    }

    #string(length) {
        return new TextDecoder().decode(this.#take(length));
    }

    #array(length) {
        const list = [];
        while (list.length < length) list.push(this.#read());
        return list;
    }

    #map(length) {
        const entries = [];
        while (entries.length < length) entries.push([this.#read(), this.#read()]);
        return Object.fromEntries(entries);
    }

    /** Undefined and points in time, as notepack writes them, and the points in time of the standard. */
    #extension(length) {
        const type = this.#number("Int", 8);
        const view = new DataView(this.#take(length));
        if (type === 0 && length === 1) return undefined;
        if (type === 0 && length === 8) return new Date(Number(view.getBigInt64(0)));
        if (type === -1 && length === 4) return new Date(view.getUint32(0) * 1000);
        if (type === -1 && length === 8) {
            const both = view.getBigUint64(0);
            return new Date(Number(both & 0x3_FFFF_FFFFn) * 1000 + Number(both >> 34n) / 1e6);
        }
        if (type === -1 && length === 12) return new Date(Number(view.getBigInt64(4)) * 1000 + view.getUint32(0) / 1e6);
        throw new Error("an extension that is not known: " + type);
    }
}

class Encoder {
    encode({ type, data, nsp, id }) {
        const writer = new Writer();
        writer.write({ type, data, nsp, id });
        return [writer.bytes];
    }
}

class Decoder extends io.Emitter {
    add(message) {
        if (!(message instanceof ArrayBuffer)) throw new Error("a packet that is not in MessagePack");
        const { type, data, nsp, id } = new Reader(message).readAll() ?? {};
        // Python has no undefined and says null.
        const packet = { type, nsp, data: data ?? undefined };
        if (id != null) packet.id = id;
        const isPacket = type >= 0 && type <= 4 && typeof nsp === "string" && Number.isInteger(id ?? 0);
        if (!isPacket || !isValid(packet)) throw new Error("invalid packet");
        this.emit("decoded", packet);
    }

    destroy() {}
}

io.Manager.parser = { Encoder, Decoder, isValid };
})();
