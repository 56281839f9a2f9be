// A parser for the official client in the form of socket.io-msgpack-parser: each packet is one MessagePack map of type,
// data, nsp and id. For tests: the package itself comes in no Python package.
const msgpackParser = (() => {
    const utf8 = new TextEncoder(), text = new TextDecoder();

    const size = (out, count, small, forms) => {
        if (small !== undefined && count < small.below) return out.push(small.mark | count);
        const [mark, width] = forms.find(([, width]) => count < 2 ** (8 * width));
        out.push(mark);
        for (let at = width - 1; at >= 0; at--) out.push(Math.floor(count / 2 ** (8 * at)) & 255);
    };

    const write = (out, value) => {
        if (value === null) return out.push(0xc0);
        if (value === undefined) return out.push(0xd4, 0, 0); // as notepack does
        if (typeof value === "boolean") return out.push(value ? 0xc3 : 0xc2);
        if (typeof value === "string") {
            const bytes = utf8.encode(value);
            size(out, bytes.length, { below: 32, mark: 0xa0 }, [[0xd9, 1], [0xda, 2], [0xdb, 4]]);
            for (const byte of bytes) out.push(byte);
        } else if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) {
            size(out, value, { below: 128, mark: 0 }, [[0xcc, 1], [0xcd, 2], [0xce, 4]]);
        } else if (typeof value === "number") {
            const view = new DataView(new ArrayBuffer(8));
            view.setFloat64(0, value);
            out.push(0xcb, ...new Uint8Array(view.buffer));
        } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
            const bytes = value instanceof ArrayBuffer ? new Uint8Array(value)
                : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
            size(out, bytes.length, undefined, [[0xc4, 1], [0xc5, 2], [0xc6, 4]]);
            for (const byte of bytes) out.push(byte);
        } else if (Array.isArray(value)) {
            size(out, value.length, { below: 16, mark: 0x90 }, [[0xdc, 2], [0xdd, 4]]);
            for (const each of value) write(out, each);
        } else {
            const keys = Object.keys(value);
            size(out, keys.length, { below: 16, mark: 0x80 }, [[0xde, 2], [0xdf, 4]]);
            for (const key of keys) { write(out, key); write(out, value[key]); }
        }
    };

    const read = (buffer) => {
        const view = new DataView(buffer);
        let at = 0;
        const number = (width) => {
            let value = 0;
            for (let rest = width; rest > 0; rest--) value = value * 256 + view.getUint8(at++);
            return value;
        };
        const signed = (width) => {
            const value = number(width);
            return value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value;
        };
        const bytes = (count) => buffer.slice(at, at += count);
        const string = (count) => text.decode(bytes(count));
        const list = (count) => Array.from({ length: count }, () => next());
        const map = (count) => Object.fromEntries(Array.from({ length: count }, () => [next(), next()]));
        const next = () => {
            const mark = view.getUint8(at++);
            if (mark < 0x80) return mark;
            if (mark < 0x90) return map(mark & 15);
            if (mark < 0xa0) return list(mark & 15);
            if (mark < 0xc0) return string(mark & 31);
            if (mark >= 0xe0) return mark - 256;
            switch (mark) {
                case 0xc0: return null;
                case 0xc2: return false;
                case 0xc3: return true;
                case 0xc4: case 0xc5: case 0xc6: return bytes(number(1 << (mark - 0xc4)));
                case 0xca: at += 4; return view.getFloat32(at - 4);
                case 0xcb: at += 8; return view.getFloat64(at - 8);
                case 0xcc: case 0xcd: case 0xce: case 0xcf: return number(1 << (mark - 0xcc));
                case 0xd0: case 0xd1: case 0xd2: case 0xd3: return signed(1 << (mark - 0xd0));
                case 0xd9: case 0xda: case 0xdb: return string(number(1 << (mark - 0xd9)));
                case 0xdc: case 0xdd: return list(number(2 << (mark - 0xdc)));
                case 0xde: case 0xdf: return map(number(2 << (mark - 0xde)));
            }
            throw new Error(`no MessagePack: ${mark}`);
        };
        const value = next();
        if (at !== buffer.byteLength) throw new Error("more than one value");
        return value;
    };

    class Encoder {
        encode(packet) {
            const out = [];
            write(out, packet);
            return [new Uint8Array(out).buffer];
        }
    }

    // The client asks for the one event "decoded" only, of which there is one listener.
    class Decoder {
        on(event, listener) { this.listener = listener; }
        off() { this.listener = undefined; }
        add(data) {
            const packet = read(data);
            if (!Number.isInteger(packet.type) || packet.type < 0 || packet.type > 4) throw new Error("no packet");
            this.listener?.(packet);
        }
        destroy() {}
    }

    return { protocol: 5, Encoder, Decoder };
})();
