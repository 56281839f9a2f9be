// File: regular files, opened and read with calls that block. There is no readiness to wait for with a disk, so these
// calls belong on a thread of the `WorkPool`; only `close` (in deinit) may happen on the loop.

internal import CUV
internal import Glibc

/// What the file system says about a file.
package struct FileStatus: Equatable, Sendable {
    /// The size in bytes.
    package let size: Int
    /// The last change, in seconds since 1970.
    package let modified: Int
    /// The last change, in nanoseconds within its second.
    package let modifiedNanoseconds: Int
    /// Tells a file from one that was put in its place with the same size and times.
    package let inode: UInt64
    /// Whether it is a directory.
    package let isDirectory: Bool
    /// Whether it is a regular file: not a directory, a pipe or a device.
    package let isRegular: Bool

    init(_ status: stat) {
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
        inode = UInt64(status.st_ino)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }
}

/// A file that is open for reading; several readers may share it, on any thread.
package final class File: Sendable {
    private let descriptor: Int32
    /// What the file system said when it was opened.
    package let status: FileStatus

    /// Opens a file; a relative path starts from the working directory of the process.
    package init(opening path: String) throws(UVError) {
        // O_NONBLOCK: a pipe with this name would otherwise hold the thread until somebody writes to it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw UVError(code: -errno) }
        var result = stat()
        guard fstat(descriptor, &result) == 0 else {
            let error = UVError(code: -errno)
            close(descriptor)
            throw error
        }
        status = FileStatus(result)
    }

    deinit {
        close(descriptor)
    }

    /// Reads up to `count` bytes from a position; fewer only at the end of the file.
    package func read(at position: Int, count: Int) throws(UVError) -> [UInt8] {
        var failure: UVError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let result = pread(descriptor, buffer.baseAddress! + filled, count - filled, position + filled)
                if result > 0 {
                    filled += result
                } else if result == 0 {
                    return
                } else if errno != EINTR {
                    failure = UVError(code: -errno)
                    return
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension FileStatus {
    /// Asks about a path without opening it; a link is followed.
    package init(of path: String) throws(UVError) {
        var result = stat()
        guard stat(path, &result) == 0 else { throw UVError(code: -errno) }
        self.init(result)
    }
}

extension UVError {
    /// Whether it means that there is nothing of this name: no entry, a name too long to be one, a file as a directory.
    package var meansNoSuchFile: Bool {
        [-ENOENT, -ENAMETOOLONG, -ENOTDIR, -ELOOP].contains(code)
    }
}
