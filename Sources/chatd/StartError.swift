// StartError: why chatd could not start, in words for the person who started it.

import Glibc
import UVLoop

/// What keeps chatd from starting.
enum StartError: Error, CustomStringConvertible {
    /// The address cannot be listened on.
    case cannotListen(host: String, port: Int, UVError)
    /// The folder of `--static` is not there, or is no folder.
    case noFolder(String)

    var description: String {
        switch self {
        case .cannotListen(let host, _, .invalidArgument):
            "cannot listen on \"\(host)\": --host takes an address in digits, or localhost."
        case .cannotListen(let host, let port, let error):
            "cannot listen on \(host), port \(port): \(error)"
        case .noFolder(let path):
            "cannot serve \"\(path)\": --static takes a folder that can be read."
        }
    }
}

/// Throws unless there is a folder at this path; without the check every request would be answered by 404.
func checkFolder(_ path: String) throws(StartError) {
    guard let folder = opendir(path) else { throw .noFolder(path) }
    closedir(folder)
}
