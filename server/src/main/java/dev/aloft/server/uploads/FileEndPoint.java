package dev.aloft.server.uploads;

import dev.aloft.server.cache.Content.FilePart;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// A client's connection, on which the kernel itself sends parts of files (`sendfile`): their bytes never enter this
/// process.
///
/// Jetty writes buffers only, so a part is written as its mapping and recognized when that arrives here. If something
/// in between replaced the buffer, the same bytes would be sent from it.
public final class FileEndPoint extends SocketChannelEndPoint {

    /// The number of bytes that a client gets in one turn of the thread that serves all clients.
    private static final int MAX_TURN_BYTES = 4 << 20;

    private volatile @Nullable FilePart part;

    /// True after a turn in which not all has been sent, until Jetty tries again at once. Then it waits for the next.
    private boolean turnEnded;

    /// For a connector, see there.
    public FileEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /// The connection of a response if nothing lies between, as encryption does.
    static @Nullable FileEndPoint of(Response response) {
        return response.getRequest().getConnectionMetaData().getConnection().getEndPoint() instanceof FileEndPoint own
                ? own
                : null;
    }

    /// The bytes of a part, which are to be written next on this connection.
    ByteBuffer expect(FilePart next) {
        part = next;
        return next.bytes();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // An equal buffer may be another part.
    public boolean flush(ByteBuffer... buffers) throws IOException {
        FilePart current = part;
        int last = buffers.length - 1;
        if (current == null || last < 0 || buffers[last] != current.bytes()) {
            return super.flush(buffers);
        }
        return (last == 0 || super.flush(Arrays.copyOf(buffers, last))) && send(current);
    }

    /// Returns whether all of it has been sent.
    private boolean send(FilePart current) throws IOException {
        if (turnEnded) {
            turnEnded = false;
            return false;
        }
        ByteBuffer bytes = current.bytes();
        long at = current.position() + bytes.position();
        int sent = transfer(current, at);
        bytes.position(bytes.position() + sent);
        if (sent > 0) {
            notIdle();
            turnEnded = bytes.hasRemaining();
        } else if (bytes.hasRemaining() && at >= current.file().size()) {
            throw new EOFException("the file of a slice ends early");
        }
        if (bytes.hasRemaining()) {
            return false;
        }
        part = null;
        return true;
    }

    private int transfer(FilePart current, long at) throws IOException {
        int most = Math.min(current.bytes().remaining(), MAX_TURN_BYTES);
        try {
            return (int) current.file().transferTo(at, most, getChannel());
        } catch (IOException e) {
            throw new EofException(e);
        }
    }
}
