package dev.aloft.server.cache;

import dev.aloft.server.cache.Content.FilePart;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The file of a large answer, which a later process can take over even after a crash of this one.
///
/// It consists of a header block with its own checksum, a seal for each slice, and the bytes. A seal is the checksum of
/// a slice and is written after it. A file with a damaged header is ignored. A slice without a seal, or whose bytes do
/// not match it, is missing. Nothing is synced to disk: data lost in a power failure fails its checksum. Only the owner
/// can read the file. Safe for many threads; a slice has one writer at a time.
final class SliceFile {

    static final int BLOCK_BYTES = 16 << 10;
    static final String SUFFIX = ".slices";

    private static final long MAGIC = 0x616c6f6674736c31L; // aloftsl1
    private static final int HEAD_BYTES = 8 + 8 + 4;
    private static final int SUM_BYTES = 4;
    private static final long SEALED = 1L << 32;
    private static final FileAttribute<Set<PosixFilePermission>> MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel file;
    private final long length;
    private final Arena mappings = Arena.ofShared();
    private @Nullable MemorySegment mapping;

    private SliceFile(Path path, FileChannel file, long length) {
        this.path = path;
        this.file = file;
        this.length = length;
    }

    /// A new file, which a later process ignores until its header is written.
    static SliceFile create(Path folder, long length) throws IOException {
        Path path = folder.resolve(UUID.randomUUID() + SUFFIX);
        Set<StandardOpenOption> options = Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE);
        return new SliceFile(path, FileChannel.open(path, options, MINE), length);
    }

    /// A file of an earlier process.
    ///
    /// @param description its header
    record Found(SliceFile file, ByteBuffer description) {}

    /// Opens an existing file; nothing if its header is damaged.
    static Optional<Found> open(Path path) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileChannel file = FileChannel.open(path, options);
        try {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            readFully(file, block, 0);
            block.flip();
            int count = block.getInt(16);
            if (block.getLong(0) == MAGIC
                    && count >= 0
                    && count <= BLOCK_BYTES - HEAD_BYTES - SUM_BYTES
                    && block.getInt(HEAD_BYTES + count) == sum(block.slice(0, HEAD_BYTES + count))) {
                SliceFile found = new SliceFile(path, file, block.getLong(8));
                return Optional.of(new Found(found, block.slice(HEAD_BYTES, count)));
            }
        } catch (EOFException e) {
            // Too short for a header.
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    /// Writes or replaces the header.
    ///
    /// @return false if it is too long for its block
    boolean describe(byte[] description) throws IOException {
        if (description.length > BLOCK_BYTES - HEAD_BYTES - SUM_BYTES) {
            return false;
        }
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES)
                .putLong(MAGIC)
                .putLong(length)
                .putInt(description.length)
                .put(description);
        int end = block.position();
        block.putInt(sum(block.slice(0, end)));
        writeFully(block.clear(), 0);
        return true;
    }

    long length() {
        return length;
    }

    /// @param at offset in the body
    int read(ByteBuffer into, long at) throws IOException {
        return file.read(into, beginOfBytes() + at);
    }

    /// A part that is on disk. Nothing of it is read.
    ///
    /// @param at offset in the body
    FilePart part(long at, int count) throws IOException {
        long position = beginOfBytes() + at;
        return new FilePart(mapping().asSlice(position, count).asByteBuffer(), file, position);
    }

    /// The whole file, whose missing slices become holes.
    private synchronized MemorySegment mapping() throws IOException {
        if (mapping == null) {
            mapping = file.map(FileChannel.MapMode.READ_ONLY, 0, beginOfBytes() + length, mappings);
        }
        return mapping;
    }

    /// @param at offset in the body
    void write(ByteBuffer bytes, long at) throws IOException {
        writeFully(bytes, beginOfBytes() + at);
    }

    /// Writes the seal of a slice, after its bytes.
    void seal(int slice, int sum) throws IOException {
        ByteBuffer seal = ByteBuffer.allocate(8).putLong(SEALED | (sum & 0xffffffffL));
        writeFully(seal.flip(), beginOfSeal(slice));
    }

    /// The slices that have a seal.
    BitSet sealed() throws IOException {
        BitSet sealed = new BitSet();
        ByteBuffer seals = ByteBuffer.allocate((int) (beginOfBytes() - BLOCK_BYTES));
        int read = file.read(seals, BLOCK_BYTES);
        for (int slice = 0; 8 * slice + 8 <= read && (long) slice * LargeBody.SLICE_BYTES < length; slice++) {
            sealed.set(slice, (seals.getLong(8 * slice) & SEALED) != 0);
        }
        return sealed;
    }

    /// True if the bytes of a slice match its checksum.
    boolean fits(int slice, long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        try {
            readFully(file, bytes, beginOfBytes() + at);
        } catch (EOFException e) {
            return false;
        }
        return seal(slice) == (SEALED | (sum(bytes.flip()) & 0xffffffffL));
    }

    private long seal(int slice) throws IOException {
        ByteBuffer seal = ByteBuffer.allocate(8);
        int read = file.read(seal, beginOfSeal(slice));
        return read < 8 ? 0 : seal.getLong(0);
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }

    private static long beginOfSeal(int slice) {
        return BLOCK_BYTES + 8L * slice;
    }

    private long beginOfBytes() {
        long seals = 8 * Math.ceilDiv(length, (long) LargeBody.SLICE_BYTES);
        return BLOCK_BYTES + Math.ceilDiv(seals, 4096L) * 4096;
    }

    private void writeFully(ByteBuffer bytes, long at) throws IOException {
        try {
            for (long to = at; bytes.hasRemaining(); ) {
                to += file.write(bytes, to);
            }
        } catch (ClosedChannelException e) {
            throw e; // Evicted and without a reader.
        } catch (IOException e) {
            throw new DiskFailure("cannot write " + path, e);
        }
    }

    private static void readFully(FileChannel file, ByteBuffer into, long at) throws IOException {
        for (long from = at; into.hasRemaining(); ) {
            int read = file.read(into, from);
            if (read < 0) {
                throw new EOFException("the file ends " + into.remaining() + " bytes early");
            }
            from += read;
        }
    }

    /// Closes the file and keeps it for a later process.
    synchronized void close() throws IOException {
        file.close();
        if (mappings.scope().isAlive()) {
            mappings.close();
        }
    }

    /// Deletes it from the folder; open readers can continue.
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
