package dev.aloft.image;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// What one rendering holds of libvips: closing it gives everything back. For one thread.
final class Session implements AutoCloseable {

    private final Vips vips;
    private final Arena arena = Arena.ofShared(); // libvips reads sources on threads of its own
    private final Deque<MemorySegment> objects = new ArrayDeque<>();

    Session(Vips vips) {
        this.vips = vips;
    }

    Vips vips() {
        return vips;
    }

    Arena arena() {
        return arena;
    }

    /// An operation by libvips's name for it, to be given its properties and run.
    Operation operation(String nickname) {
        return new Operation(this, nickname);
    }

    /// Bytes for a loader.
    MemorySegment source(Vips.ByteReader reader) {
        return keep(vips.newSource(reader, arena));
    }

    Image image(MemorySegment handle) {
        return new Image(this, keep(handle));
    }

    private MemorySegment keep(MemorySegment object) {
        objects.push(object);
        return object;
    }

    @Override
    public void close() {
        objects.forEach(vips::release);
        arena.close();
        vips.forgetThread();
    }
}
