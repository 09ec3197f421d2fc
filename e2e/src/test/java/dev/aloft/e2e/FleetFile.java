package dev.aloft.e2e;

import dev.aloft.files.FilePath;
import java.util.concurrent.atomic.AtomicInteger;

/// A file that the programs of a [FleetLoad] write and read.
///
/// @param blocks of each of its versions
/// @param versions number of versions so far
record FleetFile(String name, int blocks, AtomicInteger versions) {

    FleetFile(String name, int blocks) {
        this(name, blocks, new AtomicInteger());
    }

    FilePath path() {
        return FilePath.of("uploads/" + name);
    }

    byte[] body(int version) {
        return VersionedBody.of(name, version, blocks);
    }
}
