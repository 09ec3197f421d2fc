package dev.aloft.image.worker;

import static dev.aloft.image.worker.VipsFunctions.asInt;
import static dev.aloft.image.worker.VipsFunctions.asLong;
import static dev.aloft.image.worker.VipsFunctions.asSegment;
import static dev.aloft.image.worker.VipsFunctions.call;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Binding of the functions of libvips and GLib that this program calls. The only class of pictures with access to
/// native memory by address.
///
/// Every libvips feature is an operation with named properties, so no variadic function is needed and one binding fits
/// every supported version. Errors are [VipsFailure]s with libvips's own message. Safe for many threads; state of one
/// rendering is in its [Session].
@SuppressWarnings("restricted")
final class Vips {

    /// Oldest supported version. Older ones cannot block operations, which keeps untrusted bytes from unneeded
    /// decoders.
    static final int OLDEST_MAJOR = 8;

    static final int OLDEST_MINOR = 13;

    /// Size of a `GValue`: its type and two words.
    private static final long VALUE_BYTES = 24;

    // GLib's fundamental types (gtype.h).
    private static final long BOOLEAN = 5 << 2;
    private static final long INT = 6 << 2;
    private static final long DOUBLE = 15 << 2;
    private static final long STRING = 16 << 2;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;

    private final VipsFunctions functions;

    private final Map<Long, ByteReader> readers = new ConcurrentHashMap<>();
    private final MemorySegment readSignal = Arena.global().allocateFrom("read");
    private final MemorySegment readCallback = readCallback();

    private final long imageType;
    private final long sourceType;
    private final long blobType;
    private final long arrayDoubleType;
    private final long arrayImageType;

    private Vips(SymbolLookup symbols) {
        this.symbols = symbols;
        this.functions = new VipsFunctions(this::bound);
        try (Arena arena = Arena.ofConfined()) {
            if (asInt(functions.vipsInit, arena.allocateFrom("aloft")) != 0) {
                throw new VipsFailure("libvips cannot start: " + errors());
            }
        }
        this.imageType = typeOf("vips_image_get_type");
        this.sourceType = typeOf("vips_source_get_type");
        this.blobType = typeOf("vips_blob_get_type");
        this.arrayDoubleType = typeOf("vips_array_double_get_type");
        this.arrayImageType = typeOf("vips_array_image_get_type");
    }

    /// Loads a library for the lifetime of the process.
    ///
    /// @param library path, or name known to the system's loader
    /// @throws VipsFailure when there is none, or it lacks something
    static Vips load(String library) {
        try {
            return new Vips(SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new VipsFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private MethodHandle bound(String name, FunctionDescriptor signature) {
        return linker.downcallHandle(symbol(name), signature);
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name).orElseThrow(() -> new VipsFailure("the library has no " + name));
    }

    private long typeOf(String function) {
        return asLong(bound(function, FunctionDescriptor.of(JAVA_LONG)));
    }

    // The whole library.

    int version(int part) {
        return asInt(functions.vipsVersion, part);
    }

    /// Disables the operation cache, sets one thread per rendering, and bounds sources.
    void limit(long maxSourceBytes) {
        call(functions.vipsCacheSetMax, 0);
        call(functions.vipsConcurrencySet, 1);
        call(functions.vipsPipeReadLimitSet, maxSourceBytes);
    }

    /// Blocks or unblocks an operation and all derived from it.
    void block(String operationClass, boolean blocked) {
        try (Arena arena = Arena.ofConfined()) {
            call(functions.vipsOperationBlockSet, arena.allocateFrom(operationClass), blocked ? 1 : 0);
        }
    }

    boolean hasOperation(String nickname) {
        try (Arena arena = Arena.ofConfined()) {
            return asLong(functions.vipsTypeFind, arena.allocateFrom("VipsOperation"), arena.allocateFrom(nickname))
                    != 0;
        }
    }

    /// Bytes of pixel memory in use.
    long heldBytes() {
        return asLong(functions.vipsTrackedMem);
    }

    /// Frees what the library holds for this thread.
    void forgetThread() {
        call(functions.vipsThreadShutdown);
    }

    /// Returns and clears the error messages of all threads.
    String errors() {
        String text =
                asSegment(functions.vipsErrorBuffer).reinterpret(Long.MAX_VALUE).getString(0);
        call(functions.vipsErrorClear);
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    // Operations.

    MemorySegment newOperation(MemorySegment nickname) {
        return asSegment(functions.vipsOperationNew, nickname);
    }

    /// Builds an operation; releases it on failure.
    ///
    /// @return the built operation, with its outputs
    MemorySegment build(MemorySegment operation) {
        MemorySegment built = asSegment(functions.vipsBuild, operation);
        if (built.equals(MemorySegment.NULL)) {
            releaseOperation(operation);
            throw new VipsFailure(errors());
        }
        release(operation);
        return built;
    }

    void releaseOperation(MemorySegment operation) {
        call(functions.vipsUnrefOutputs, operation);
        release(operation);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, int value) {
        MemorySegment slot = slot(arena, INT);
        call(functions.valueSetInt, slot, value);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, boolean value) {
        MemorySegment slot = slot(arena, BOOLEAN);
        call(functions.valueSetBoolean, slot, value ? 1 : 0);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, double value) {
        MemorySegment slot = slot(arena, DOUBLE);
        call(functions.valueSetDouble, slot, value);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, String value) {
        MemorySegment slot = slot(arena, STRING);
        call(functions.valueSetString, slot, arena.allocateFrom(value));
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, double[] values) {
        MemorySegment slot = slot(arena, arrayDoubleType);
        call(functions.vipsSetArrayDouble, slot, arena.allocateFrom(JAVA_DOUBLE, values), values.length);
        put(object, property, slot);
    }

    void setImage(MemorySegment object, MemorySegment property, Arena arena, MemorySegment image) {
        MemorySegment slot = slot(arena, imageType);
        call(functions.valueSetObject, slot, image);
        put(object, property, slot);
    }

    void setSource(MemorySegment object, MemorySegment property, Arena arena, MemorySegment source) {
        MemorySegment slot = slot(arena, sourceType);
        call(functions.valueSetObject, slot, source);
        put(object, property, slot);
    }

    void setImages(MemorySegment object, MemorySegment property, Arena arena, List<MemorySegment> images) {
        MemorySegment slot = slot(arena, arrayImageType);
        call(functions.vipsSetArrayImage, slot, images.size());
        MemorySegment array = asSegment(functions.vipsGetArrayImage, slot, MemorySegment.NULL)
                .reinterpret(images.size() * ADDRESS.byteSize());
        for (int i = 0; i < images.size(); i++) {
            array.setAtIndex(ADDRESS, i, asSegment(functions.objectRef, images.get(i)));
        }
        put(object, property, slot);
    }

    /// Reads an image property. The caller releases it.
    MemorySegment image(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, imageType);
        call(functions.objectGetProperty, object, property, slot);
        MemorySegment image = asSegment(functions.valueDupObject, slot);
        call(functions.valueUnset, slot);
        return image;
    }

    int number(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, INT);
        call(functions.objectGetProperty, object, property, slot);
        return asInt(functions.valueGetInt, slot);
    }

    byte[] bytes(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, blobType);
        call(functions.objectGetProperty, object, property, slot);
        MemorySegment length = arena.allocate(JAVA_LONG);
        MemorySegment start = asSegment(functions.vipsGetValueBlob, slot, length);
        byte[] bytes = start.reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        call(functions.valueUnset, slot);
        return bytes;
    }

    private MemorySegment slot(Arena arena, long type) {
        return asSegment(functions.valueInit, arena.allocate(VALUE_BYTES, Long.BYTES), type)
                .reinterpret(VALUE_BYTES);
    }

    private void put(MemorySegment object, MemorySegment property, MemorySegment slot) {
        call(functions.objectSetProperty, object, property, slot);
        call(functions.valueUnset, slot);
    }

    // Images.

    int width(MemorySegment image) {
        return asInt(functions.vipsImageWidth, image);
    }

    int height(MemorySegment image) {
        return asInt(functions.vipsImageHeight, image);
    }

    int bands(MemorySegment image) {
        return asInt(functions.vipsImageBands, image);
    }

    int bandFormat(MemorySegment image) {
        return asInt(functions.vipsImageFormat, image);
    }

    int interpretation(MemorySegment image) {
        return asInt(functions.vipsInterpretation, image);
    }

    boolean hasAlpha(MemorySegment image) {
        return asInt(functions.vipsHasAlpha, image) != 0;
    }

    /// Integer metadata field.
    Optional<Integer> number(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment field = arena.allocateFrom(name);
            MemorySegment value = arena.allocate(JAVA_INT);
            if (asLong(functions.vipsGetTypeof, image, field) == 0) {
                return Optional.empty();
            }
            return asInt(functions.vipsGetInt, image, field, value) == 0
                    ? Optional.of(value.get(JAVA_INT, 0))
                    : Optional.empty();
        }
    }

    /// Binary metadata field.
    Optional<byte[]> blob(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment field = arena.allocateFrom(name);
            MemorySegment start = arena.allocate(ADDRESS);
            MemorySegment length = arena.allocate(JAVA_LONG);
            if (asLong(functions.vipsGetTypeof, image, field) == 0
                    || asInt(functions.vipsGetBlob, image, field, start, length) != 0) {
                return Optional.empty();
            }
            return Optional.of(
                    start.get(ADDRESS, 0).reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE));
        }
    }

    /// Names of all metadata fields.
    List<String> fields(MemorySegment image) {
        MemorySegment names = asSegment(functions.vipsGetFields, image).reinterpret(Long.MAX_VALUE);
        List<String> fields = new ArrayList<>();
        for (long i = 0; !names.getAtIndex(ADDRESS, i).equals(MemorySegment.NULL); i++) {
            fields.add(names.getAtIndex(ADDRESS, i).reinterpret(Long.MAX_VALUE).getString(0));
        }
        call(functions.strfreev, names);
        return fields;
    }

    void setNumber(MemorySegment image, String name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            call(functions.vipsSetInt, image, arena.allocateFrom(name), value);
        }
    }

    void setText(MemorySegment image, String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            call(functions.vipsSetString, image, arena.allocateFrom(name), arena.allocateFrom(value));
        }
    }

    void removeField(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = asInt(functions.vipsRemove, image, arena.allocateFrom(name));
        }
    }

    /// Computes all pixels. The caller releases the result.
    MemorySegment copyToMemory(MemorySegment image) {
        MemorySegment copy = asSegment(functions.vipsCopyMemory, image);
        if (copy.equals(MemorySegment.NULL)) {
            throw new VipsFailure(errors());
        }
        return copy;
    }

    /// Cancels the computation of its pixels. Callable from any thread.
    void kill(MemorySegment image) {
        call(functions.vipsSetKill, image, 1);
    }

    void release(MemorySegment object) {
        readers.remove(object.address());
        call(functions.objectUnref, object);
    }

    // Sources.

    /// Creates a source without seeking. The caller releases it.
    MemorySegment newSource(ByteReader reader) {
        MemorySegment source = asSegment(functions.vipsSourceCustomNew);
        readers.put(source.address(), reader);
        long _ = asLong(
                functions.signalConnect, source, readSignal, readCallback, MemorySegment.NULL, MemorySegment.NULL, 0);
        return source;
    }

    /// One callback for all sources: creating one costs as much as reading a small picture.
    private MemorySegment readCallback() {
        ByteReader.Signal signal = (source, buffer, length, _) -> {
            try {
                ByteReader reader = readers.get(source.address());
                return reader == null ? -1 : reader.read(buffer.reinterpret(length));
            } catch (Throwable e) {
                return -1; // what left an upcall would end the process
            }
        };
        return linker.upcallStub(
                ByteReader.Signal.HANDLE.bindTo(signal),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS),
                Arena.global());
    }
}
