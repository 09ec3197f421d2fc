package dev.aloft.image.worker;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Fills native memory at libvips's request, on any thread.
@FunctionalInterface
interface ByteReader {

    /// @param buffer the memory to fill from its start
    /// @return number of bytes read, 0 at the end, -1 on failure. Must not throw
    long read(MemorySegment buffer);

    /// The signature that C calls.
    @FunctionalInterface
    interface Signal {

        MethodHandle HANDLE = handle();

        long read(MemorySegment source, MemorySegment buffer, long length, MemorySegment user);

        private static MethodHandle handle() {
            MethodType type = MethodType.methodType(
                    long.class, MemorySegment.class, MemorySegment.class, long.class, MemorySegment.class);
            try {
                return MethodHandles.lookup().findVirtual(Signal.class, "read", type);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
