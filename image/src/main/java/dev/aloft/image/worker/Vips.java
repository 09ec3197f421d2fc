package dev.aloft.image.worker;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The functions of libvips, and of the GLib below it, that this program calls: the whole binding, and the only class
/// of pictures that touches native memory by address.
///
/// Everything libvips does is an operation with named properties, so no function with a variable number of arguments is
/// needed, and one binding fits every version from [#OLDEST] on. Failures are [VipsFailure]s with libvips's own words.
/// Safe for many threads; what belongs to one rendering is in its [Session].
@SuppressWarnings("restricted")
final class Vips {

    /// Below it operations cannot be blocked, which keeps untrusted bytes from decoders that nobody needs.
    static final int OLDEST_MAJOR = 8;

    static final int OLDEST_MINOR = 13;

    /// A `GValue`: its type and two words.
    private static final long VALUE_BYTES = 24;

    // GLib's fundamental types (gtype.h).
    private static final long BOOLEAN = 5 << 2;
    private static final long INT = 6 << 2;
    private static final long DOUBLE = 15 << 2;
    private static final long STRING = 16 << 2;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;

    private final MethodHandle vipsInit = function("vips_init", JAVA_INT, ADDRESS);
    private final MethodHandle vipsVersion = function("vips_version", JAVA_INT, JAVA_INT);
    private final MethodHandle vipsErrorBuffer = function("vips_error_buffer", ADDRESS);
    private final MethodHandle vipsErrorClear = procedure("vips_error_clear");
    private final MethodHandle vipsCacheSetMax = procedure("vips_cache_set_max", JAVA_INT);
    private final MethodHandle vipsConcurrencySet = procedure("vips_concurrency_set", JAVA_INT);
    private final MethodHandle vipsPipeReadLimitSet = procedure("vips_pipe_read_limit_set", JAVA_LONG);
    private final MethodHandle vipsOperationBlockSet = procedure("vips_operation_block_set", ADDRESS, JAVA_INT);
    private final MethodHandle vipsTypeFind = function("vips_type_find", JAVA_LONG, ADDRESS, ADDRESS);
    private final MethodHandle vipsThreadShutdown = procedure("vips_thread_shutdown");
    private final MethodHandle vipsTrackedMem = function("vips_tracked_get_mem", JAVA_LONG);
    private final MethodHandle vipsOperationNew = function("vips_operation_new", ADDRESS, ADDRESS);
    private final MethodHandle vipsBuild = function("vips_cache_operation_build", ADDRESS, ADDRESS);
    private final MethodHandle vipsUnrefOutputs = procedure("vips_object_unref_outputs", ADDRESS);
    private final MethodHandle vipsSourceCustomNew = function("vips_source_custom_new", ADDRESS);
    private final MethodHandle vipsImageWidth = function("vips_image_get_width", JAVA_INT, ADDRESS);
    private final MethodHandle vipsImageHeight = function("vips_image_get_height", JAVA_INT, ADDRESS);
    private final MethodHandle vipsImageBands = function("vips_image_get_bands", JAVA_INT, ADDRESS);
    private final MethodHandle vipsImageFormat = function("vips_image_get_format", JAVA_INT, ADDRESS);
    private final MethodHandle vipsInterpretation = function("vips_image_get_interpretation", JAVA_INT, ADDRESS);
    private final MethodHandle vipsHasAlpha = function("vips_image_hasalpha", JAVA_INT, ADDRESS);
    private final MethodHandle vipsGetTypeof = function("vips_image_get_typeof", JAVA_LONG, ADDRESS, ADDRESS);
    private final MethodHandle vipsGetInt = function("vips_image_get_int", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle vipsSetInt = procedure("vips_image_set_int", ADDRESS, ADDRESS, JAVA_INT);
    private final MethodHandle vipsGetBlob =
            function("vips_image_get_blob", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle vipsGetFields = function("vips_image_get_fields", ADDRESS, ADDRESS);
    private final MethodHandle vipsRemove = function("vips_image_remove", JAVA_INT, ADDRESS, ADDRESS);
    private final MethodHandle vipsCopyMemory = function("vips_image_copy_memory", ADDRESS, ADDRESS);
    private final MethodHandle vipsSetKill = procedure("vips_image_set_kill", ADDRESS, JAVA_INT);
    private final MethodHandle vipsSetArrayDouble =
            procedure("vips_value_set_array_double", ADDRESS, ADDRESS, JAVA_INT);
    private final MethodHandle vipsSetArrayImage = procedure("vips_value_set_array_image", ADDRESS, JAVA_INT);
    private final MethodHandle vipsGetArrayImage = function("vips_value_get_array_image", ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle vipsGetValueBlob = function("vips_value_get_blob", ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle valueInit = function("g_value_init", ADDRESS, ADDRESS, JAVA_LONG);
    private final MethodHandle valueUnset = procedure("g_value_unset", ADDRESS);
    private final MethodHandle valueSetBoolean = procedure("g_value_set_boolean", ADDRESS, JAVA_INT);
    private final MethodHandle valueSetInt = procedure("g_value_set_int", ADDRESS, JAVA_INT);
    private final MethodHandle valueSetDouble = procedure("g_value_set_double", ADDRESS, JAVA_DOUBLE);
    private final MethodHandle valueSetString = procedure("g_value_set_string", ADDRESS, ADDRESS);
    private final MethodHandle valueSetObject = procedure("g_value_set_object", ADDRESS, ADDRESS);
    private final MethodHandle valueGetInt = function("g_value_get_int", JAVA_INT, ADDRESS);
    private final MethodHandle valueDupObject = function("g_value_dup_object", ADDRESS, ADDRESS);
    private final MethodHandle objectSetProperty = procedure("g_object_set_property", ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle objectGetProperty = procedure("g_object_get_property", ADDRESS, ADDRESS, ADDRESS);
    private final MethodHandle objectRef = function("g_object_ref", ADDRESS, ADDRESS);
    private final MethodHandle objectUnref = procedure("g_object_unref", ADDRESS);
    private final MethodHandle signalConnect =
            function("g_signal_connect_data", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    private final MethodHandle strfreev = procedure("g_strfreev", ADDRESS);

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
        super(); // the fields above are filled here, and need the symbols
        try (Arena arena = Arena.ofConfined()) {
            if (asInt(vipsInit, arena.allocateFrom("aloft")) != 0) {
                throw new VipsFailure("libvips cannot start: " + errors());
            }
        }
        this.imageType = typeOf("vips_image_get_type");
        this.sourceType = typeOf("vips_source_get_type");
        this.blobType = typeOf("vips_blob_get_type");
        this.arrayDoubleType = typeOf("vips_array_double_get_type");
        this.arrayImageType = typeOf("vips_array_image_get_type");
    }

    /// Loads a library for as long as the process lives.
    ///
    /// @param library a path, or a name that the system's loader finds
    /// @throws VipsFailure when there is none, or it lacks something
    static Vips load(String library) {
        try {
            return new Vips(SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new VipsFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name).orElseThrow(() -> new VipsFailure("the library has no " + name));
    }

    private long typeOf(String function) {
        return asLong(function(function, JAVA_LONG));
    }

    // The whole library.

    int version(int part) {
        return asInt(vipsVersion, part);
    }

    /// Sets how much it keeps and takes; nothing of what it makes is kept, and each rendering has one thread.
    void limit(long maxSourceBytes) {
        call(vipsCacheSetMax, 0);
        call(vipsConcurrencySet, 1);
        call(vipsPipeReadLimitSet, maxSourceBytes);
    }

    /// Forbids an operation and all that derive from it, or allows them again.
    void block(String operationClass, boolean blocked) {
        try (Arena arena = Arena.ofConfined()) {
            call(vipsOperationBlockSet, arena.allocateFrom(operationClass), blocked ? 1 : 0);
        }
    }

    boolean hasOperation(String nickname) {
        try (Arena arena = Arena.ofConfined()) {
            return asLong(vipsTypeFind, arena.allocateFrom("VipsOperation"), arena.allocateFrom(nickname)) != 0;
        }
    }

    /// Bytes of pixels that are held now.
    long heldBytes() {
        return asLong(vipsTrackedMem);
    }

    /// Gives back what the library keeps for this thread.
    void forgetThread() {
        call(vipsThreadShutdown);
    }

    /// What went wrong on any thread since this was last asked.
    String errors() {
        String text = asSegment(vipsErrorBuffer).reinterpret(Long.MAX_VALUE).getString(0);
        call(vipsErrorClear);
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    // Operations.

    MemorySegment newOperation(MemorySegment nickname) {
        return asSegment(vipsOperationNew, nickname);
    }

    /// Runs an operation, and gives it up if that fails.
    ///
    /// @return the operation with its outputs
    MemorySegment build(MemorySegment operation) {
        MemorySegment built = asSegment(vipsBuild, operation);
        if (built.equals(MemorySegment.NULL)) {
            releaseOperation(operation);
            throw new VipsFailure(errors());
        }
        release(operation);
        return built;
    }

    void releaseOperation(MemorySegment operation) {
        call(vipsUnrefOutputs, operation);
        release(operation);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, int value) {
        MemorySegment slot = slot(arena, INT);
        call(valueSetInt, slot, value);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, boolean value) {
        MemorySegment slot = slot(arena, BOOLEAN);
        call(valueSetBoolean, slot, value ? 1 : 0);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, double value) {
        MemorySegment slot = slot(arena, DOUBLE);
        call(valueSetDouble, slot, value);
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, String value) {
        MemorySegment slot = slot(arena, STRING);
        call(valueSetString, slot, arena.allocateFrom(value));
        put(object, property, slot);
    }

    void set(MemorySegment object, MemorySegment property, Arena arena, double[] values) {
        MemorySegment slot = slot(arena, arrayDoubleType);
        call(vipsSetArrayDouble, slot, arena.allocateFrom(JAVA_DOUBLE, values), values.length);
        put(object, property, slot);
    }

    void setImage(MemorySegment object, MemorySegment property, Arena arena, MemorySegment image) {
        MemorySegment slot = slot(arena, imageType);
        call(valueSetObject, slot, image);
        put(object, property, slot);
    }

    void setSource(MemorySegment object, MemorySegment property, Arena arena, MemorySegment source) {
        MemorySegment slot = slot(arena, sourceType);
        call(valueSetObject, slot, source);
        put(object, property, slot);
    }

    void setImages(MemorySegment object, MemorySegment property, Arena arena, List<MemorySegment> images) {
        MemorySegment slot = slot(arena, arrayImageType);
        call(vipsSetArrayImage, slot, images.size());
        MemorySegment array =
                asSegment(vipsGetArrayImage, slot, MemorySegment.NULL).reinterpret(images.size() * ADDRESS.byteSize());
        for (int i = 0; i < images.size(); i++) {
            array.setAtIndex(ADDRESS, i, asSegment(objectRef, images.get(i)));
        }
        put(object, property, slot);
    }

    /// The caller releases it.
    MemorySegment image(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, imageType);
        call(objectGetProperty, object, property, slot);
        MemorySegment image = asSegment(valueDupObject, slot);
        call(valueUnset, slot);
        return image;
    }

    int number(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, INT);
        call(objectGetProperty, object, property, slot);
        return asInt(valueGetInt, slot);
    }

    byte[] bytes(MemorySegment object, MemorySegment property, Arena arena) {
        MemorySegment slot = slot(arena, blobType);
        call(objectGetProperty, object, property, slot);
        MemorySegment length = arena.allocate(JAVA_LONG);
        MemorySegment start = asSegment(vipsGetValueBlob, slot, length);
        byte[] bytes = start.reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        call(valueUnset, slot);
        return bytes;
    }

    private MemorySegment slot(Arena arena, long type) {
        return asSegment(valueInit, arena.allocate(VALUE_BYTES, Long.BYTES), type)
                .reinterpret(VALUE_BYTES);
    }

    private void put(MemorySegment object, MemorySegment property, MemorySegment slot) {
        call(objectSetProperty, object, property, slot);
        call(valueUnset, slot);
    }

    // Images.

    int width(MemorySegment image) {
        return asInt(vipsImageWidth, image);
    }

    int height(MemorySegment image) {
        return asInt(vipsImageHeight, image);
    }

    int bands(MemorySegment image) {
        return asInt(vipsImageBands, image);
    }

    int bandFormat(MemorySegment image) {
        return asInt(vipsImageFormat, image);
    }

    int interpretation(MemorySegment image) {
        return asInt(vipsInterpretation, image);
    }

    boolean hasAlpha(MemorySegment image) {
        return asInt(vipsHasAlpha, image) != 0;
    }

    /// A number among the metadata.
    Optional<Integer> number(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment field = arena.allocateFrom(name);
            MemorySegment value = arena.allocate(JAVA_INT);
            if (asLong(vipsGetTypeof, image, field) == 0) {
                return Optional.empty();
            }
            return asInt(vipsGetInt, image, field, value) == 0 ? Optional.of(value.get(JAVA_INT, 0)) : Optional.empty();
        }
    }

    /// Bytes among the metadata.
    Optional<byte[]> blob(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment field = arena.allocateFrom(name);
            MemorySegment start = arena.allocate(ADDRESS);
            MemorySegment length = arena.allocate(JAVA_LONG);
            if (asLong(vipsGetTypeof, image, field) == 0 || asInt(vipsGetBlob, image, field, start, length) != 0) {
                return Optional.empty();
            }
            return Optional.of(
                    start.get(ADDRESS, 0).reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE));
        }
    }

    /// The names of all metadata.
    List<String> fields(MemorySegment image) {
        MemorySegment names = asSegment(vipsGetFields, image).reinterpret(Long.MAX_VALUE);
        List<String> fields = new ArrayList<>();
        for (long i = 0; !names.getAtIndex(ADDRESS, i).equals(MemorySegment.NULL); i++) {
            fields.add(names.getAtIndex(ADDRESS, i).reinterpret(Long.MAX_VALUE).getString(0));
        }
        call(strfreev, names);
        return fields;
    }

    void setNumber(MemorySegment image, String name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            call(vipsSetInt, image, arena.allocateFrom(name), value);
        }
    }

    void removeField(MemorySegment image, String name) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = asInt(vipsRemove, image, arena.allocateFrom(name));
        }
    }

    /// Computes all pixels. The caller releases the answer.
    MemorySegment copyToMemory(MemorySegment image) {
        MemorySegment copy = asSegment(vipsCopyMemory, image);
        if (copy.equals(MemorySegment.NULL)) {
            throw new VipsFailure(errors());
        }
        return copy;
    }

    /// Makes whoever computes pixels of it give up. May be called from another thread.
    void kill(MemorySegment image) {
        call(vipsSetKill, image, 1);
    }

    void release(MemorySegment object) {
        readers.remove(object.address());
        call(objectUnref, object);
    }

    // Sources.

    /// A source that cannot be gone back in. The caller releases it.
    MemorySegment newSource(ByteReader reader) {
        MemorySegment source = asSegment(vipsSourceCustomNew);
        readers.put(source.address(), reader);
        long _ = asLong(signalConnect, source, readSignal, readCallback, MemorySegment.NULL, MemorySegment.NULL, 0);
        return source;
    }

    /// The one function that all sources call, since each that Java makes costs as much as reading a small picture.
    private MemorySegment readCallback() {
        ReadSignal signal = (source, buffer, length, _) -> {
            try {
                ByteReader reader = readers.get(source.address());
                return reader == null ? -1 : reader.read(buffer.reinterpret(length));
            } catch (Throwable e) {
                return -1; // what left an upcall would end the process
            }
        };
        return linker.upcallStub(
                ReadSignal.HANDLE.bindTo(signal),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS),
                Arena.global());
    }

    /// Fills native memory on libvips's demand, from any thread.
    @FunctionalInterface
    interface ByteReader {

        /// @param buffer the memory to fill from its start
        /// @return how many bytes were read, 0 at the end, -1 when reading fails. Must not throw
        long read(MemorySegment buffer);
    }

    /// The same as C calls it.
    @FunctionalInterface
    interface ReadSignal {

        MethodHandle HANDLE = handle();

        long read(MemorySegment source, MemorySegment buffer, long length, MemorySegment user);

        private static MethodHandle handle() {
            MethodType type = MethodType.methodType(
                    long.class, MemorySegment.class, MemorySegment.class, long.class, MemorySegment.class);
            try {
                return MethodHandles.lookup().findVirtual(ReadSignal.class, "read", type);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    // Calls.

    private static int asInt(MethodHandle function, Object... arguments) {
        return (int) invoke(function, arguments);
    }

    private static long asLong(MethodHandle function, Object... arguments) {
        return (long) invoke(function, arguments);
    }

    private static MemorySegment asSegment(MethodHandle function, Object... arguments) {
        return (MemorySegment) invoke(function, arguments);
    }

    private static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of libvips does not fit its declaration", e);
        }
    }

    private static void call(MethodHandle procedure, Object... arguments) {
        try {
            Object _ = procedure.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of libvips does not fit its declaration", e);
        }
    }
}
