package dev.aloft.server.uploads;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.zip.GZIPInputStream;

/// The decoders that belong to the content codings: of the JDK, and of the system's libraries.
@SuppressWarnings("restricted")
final class Decoders {

    private Decoders() {}

    /// True if the machine has the libraries of a coding.
    static boolean has(String coding) {
        return switch (coding) {
            case "br" -> isThere("libbrotlienc.so.1") && isThere("libbrotlidec.so.1");
            case "zstd" -> isThere("libzstd.so.1");
            default -> true;
        };
    }

    private static boolean isThere(String library) {
        try {
            SymbolLookup _ = SymbolLookup.libraryLookup(library, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// @param coding `br`, `zstd`, `gzip`, or anything else for none
    /// @param length of the original
    static byte[] decoded(String coding, byte[] bytes, int length) throws IOException {
        return switch (coding) {
            case "br" -> brotli(bytes, length);
            case "zstd" -> zstd(bytes, length);
            case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
            default -> bytes;
        };
    }

    private static byte[] brotli(byte[] bytes, int length) {
        MethodHandle decode = function(
                "libbrotlidec.so.1",
                "BrotliDecoderDecompress",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocateFrom(JAVA_LONG, length + 1L);
            MemorySegment decoded = arena.allocate(length + 1L);
            int done = (int) call(decode, (long) bytes.length, arena.allocateFrom(JAVA_BYTE, bytes), size, decoded);
            assertThat(done).as("BROTLI_DECODER_RESULT_SUCCESS").isEqualTo(1);
            return decoded.asSlice(0, size.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        }
    }

    private static byte[] zstd(byte[] bytes, int length) {
        MethodHandle decode = function(
                "libzstd.so.1",
                "ZSTD_decompress",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment decoded = arena.allocate(length + 1L);
            long size = (long)
                    call(decode, decoded, length + 1L, arena.allocateFrom(JAVA_BYTE, bytes), (long) bytes.length);
            assertThat(size).as("size, or an error code").isBetween(0L, length + 1L);
            return decoded.asSlice(0, size).toArray(JAVA_BYTE);
        }
    }

    private static MethodHandle function(String library, String name, FunctionDescriptor signature) {
        MemorySegment symbol =
                SymbolLookup.libraryLookup(library, Arena.global()).find(name).orElseThrow();
        return Linker.nativeLinker().downcallHandle(symbol, signature);
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
