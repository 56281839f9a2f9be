// Socket+Data: what a program remembers of a client, as a type of its own.

public import Wire

extension Socket {
    /// What `data` holds, as a `T`.
    public func data<T: Decodable>(as type: T.Type = T.self) throws(JSONDecodingError) -> T {
        try data.decode(as: type)
    }

    /// Remembers a value of a type of the program's own; it is kept as `data`, which a cluster can pass on.
    public func setData(_ value: some Encodable) throws(JSONEncodingError) {
        data = try JSON(encoding: value)
    }
}
