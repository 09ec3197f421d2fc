package dev.aloft.server.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Binding of the one-shot encoders of the system's libbrotlienc and libzstd. The only class of the server's modules
/// with access to native memory.
///
/// Both libraries write into a buffer of the largest useful size and stop where it ends, so no result grows. A library
/// that is missing, or lacks a function, gives no encoder.
@SuppressWarnings("restricted")
final class NativeEncoders {

    static final String BROTLI = "libbrotlienc.so.1";
    static final String ZSTD = "libzstd.so.1";

    /// Of 11; higher ones take ten times the time for a few percent.
    private static final int BROTLI_QUALITY = 6;

    /// The logarithm of the window, the default of the library.
    private static final int BROTLI_WINDOW = 22;

    /// `BROTLI_MODE_GENERIC`.
    private static final int BROTLI_MODE = 0;

    /// Of 19 without a larger window.
    private static final int ZSTD_LEVEL = 9;

    private NativeEncoders() {}

    /// @param library a name for the system's loader
    static Optional<Encoder> brotli(String library) {
        return function(
                        library,
                        "BrotliEncoderCompress",
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS)
                .map(compress -> (bytes, limit) -> brotli(compress, bytes, limit));
    }

    private static Optional<byte[]> brotli(MethodHandle compress, ByteBuffer bytes, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment original = copied(arena, bytes);
            MemorySegment encoded = arena.allocate(limit);
            MemorySegment size = arena.allocateFrom(JAVA_LONG, limit);
            int done = (int) invoke(
                    compress, BROTLI_QUALITY, BROTLI_WINDOW, BROTLI_MODE, original.byteSize(), original, size, encoded);
            return done == 0 ? Optional.empty() : Optional.of(beginning(encoded, size.get(JAVA_LONG, 0)));
        }
    }

    /// @param library a name for the system's loader
    static Optional<Encoder> zstd(String library) {
        Optional<MethodHandle> compress =
                function(library, "ZSTD_compress", JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);
        Optional<MethodHandle> isError = function(library, "ZSTD_isError", JAVA_INT, JAVA_LONG);
        return compress.isEmpty() || isError.isEmpty()
                ? Optional.empty()
                : Optional.of((bytes, limit) -> zstd(compress.get(), isError.get(), bytes, limit));
    }

    private static Optional<byte[]> zstd(MethodHandle compress, MethodHandle isError, ByteBuffer bytes, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment original = copied(arena, bytes);
            MemorySegment encoded = arena.allocate(limit);
            long size = (long) invoke(compress, encoded, encoded.byteSize(), original, original.byteSize(), ZSTD_LEVEL);
            return (int) invoke(isError, size) != 0 ? Optional.empty() : Optional.of(beginning(encoded, size));
        }
    }

    private static MemorySegment copied(Arena arena, ByteBuffer bytes) {
        MemorySegment from = MemorySegment.ofBuffer(bytes);
        return arena.allocate(from.byteSize()).copyFrom(from);
    }

    private static byte[] beginning(MemorySegment encoded, long size) {
        return encoded.asSlice(0, size).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    private static Optional<MethodHandle> function(
            String library, String name, MemoryLayout result, MemoryLayout... arguments) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global())
                    .find(name)
                    .map(symbol ->
                            Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(result, arguments)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // There is no such library.
        }
    }

    private static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a function of a compressor does not match its declared signature", e);
        }
    }
}
