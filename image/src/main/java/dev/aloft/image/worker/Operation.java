package dev.aloft.image.worker;

import dev.aloft.image.Rectangle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Builder of one libvips operation; runs once.
final class Operation {

    private final Session session;
    private final Vips vips;
    private final Arena arena;
    private final MemorySegment operation;

    Operation(Session session, String nickname) {
        this.session = session;
        this.vips = session.vips();
        this.arena = session.arena();
        this.operation = vips.newOperation(arena.allocateFrom(nickname));
        if (operation.equals(MemorySegment.NULL)) {
            throw new VipsFailure("libvips has no " + nickname + ": " + vips.errors());
        }
    }

    Operation set(String property, int value) {
        vips.set(operation, arena.allocateFrom(property), arena, value);
        return this;
    }

    Operation set(String property, boolean value) {
        vips.set(operation, arena.allocateFrom(property), arena, value);
        return this;
    }

    Operation set(String property, double value) {
        vips.set(operation, arena.allocateFrom(property), arena, value);
        return this;
    }

    Operation set(String property, String value) {
        vips.set(operation, arena.allocateFrom(property), arena, value);
        return this;
    }

    Operation set(String property, double[] values) {
        vips.set(operation, arena.allocateFrom(property), arena, values);
        return this;
    }

    Operation set(String property, Image value) {
        vips.setImage(operation, arena.allocateFrom(property), arena, value.handle());
        return this;
    }

    Operation setSource(MemorySegment source) {
        vips.setSource(operation, arena.allocateFrom("source"), arena, source);
        return this;
    }

    Operation set(String property, List<Image> values) {
        vips.setImages(
                operation,
                arena.allocateFrom(property),
                arena,
                values.stream().map(Image::handle).toList());
        return this;
    }

    /// Runs it and returns `out`.
    Image image() {
        MemorySegment built = vips.build(operation);
        try {
            return session.image(vips.image(built, arena.allocateFrom("out"), arena));
        } finally {
            vips.releaseOperation(built);
        }
    }

    /// Runs it and returns `left`, `top`, `width` and `height`; empty if the area is.
    Optional<Rectangle> part() {
        MemorySegment built = vips.build(operation);
        try {
            int width = number(built, "width");
            int height = number(built, "height");
            return width < 1 || height < 1
                    ? Optional.empty()
                    : Optional.of(new Rectangle(number(built, "left"), number(built, "top"), width, height));
        } finally {
            vips.releaseOperation(built);
        }
    }

    private int number(MemorySegment built, String property) {
        return vips.number(built, arena.allocateFrom(property), arena);
    }

    /// Runs it and returns `buffer`.
    byte[] bytes() {
        MemorySegment built = vips.build(operation);
        try {
            return vips.bytes(built, arena.allocateFrom("buffer"), arena);
        } finally {
            vips.releaseOperation(built);
        }
    }
}
