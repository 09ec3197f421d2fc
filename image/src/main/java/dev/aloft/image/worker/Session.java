package dev.aloft.image.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Native resources of one rendering; closing releases all. For one thread, except [#giveUp].
final class Session implements AutoCloseable {

    private final Vips vips;
    private final Arena arena = Arena.ofConfined();
    private final Deque<MemorySegment> objects = new ArrayDeque<>();
    private final List<MemorySegment> images = new ArrayList<>();

    Session(Vips vips) {
        this.vips = vips;
    }

    Vips vips() {
        return vips;
    }

    Arena arena() {
        return arena;
    }

    /// Starts an operation by its libvips nickname.
    Operation operation(String nickname) {
        return new Operation(this, nickname);
    }

    /// Creates a source for a loader.
    MemorySegment source(ByteReader reader) {
        return keep(vips.newSource(reader));
    }

    synchronized Image image(MemorySegment handle) {
        images.add(handle);
        return new Image(this, keep(handle));
    }

    private synchronized MemorySegment keep(MemorySegment object) {
        objects.push(object);
        return object;
    }

    /// Cancels all computation. Callable from any thread, also after the end.
    synchronized void giveUp() {
        images.forEach(vips::kill);
    }

    @Override
    public synchronized void close() {
        images.clear();
        objects.forEach(vips::release);
        arena.close();
        vips.forgetThread();
    }
}
