package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// A body of an origin that limits the connections held open by slow clients. For one thread.
public abstract class PacedStream extends InputStream {

    /// Reads from now on only as fast as a client takes the bytes.
    public abstract void goAtClientsPace() throws IOException;

    /// Reports for how long the client has taken nothing.
    public abstract void idle(Duration time) throws IOException;
}
