package dev.aloft.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Bytes of another store as the body of a write to this one. A failure to read them is none of this store's: it is not
/// repeated, and says nothing of the store's health.
final class ForeignSource implements ByteSource {

    private final ByteSource source;

    private ForeignSource(ByteSource source) {
        this.source = source;
    }

    /// A write that reads a source.
    interface Writing {
        StoredObject run(ByteSource body) throws IOException;
    }

    /// Makes a write whose body may fail as a store does.
    ///
    /// @throws StoreException of the write or of the source
    static StoredObject with(ByteSource source, Writing write) throws IOException {
        try {
            return write.run(new ForeignSource(source));
        } catch (ReadFailure e) {
            throw e.cause;
        }
    }

    @Override
    public InputStream open(long offset) throws IOException {
        return new FilterInputStream(opened(offset)) {
            @Override
            public int read() throws IOException {
                try {
                    return super.read();
                } catch (StoreException e) {
                    throw new ReadFailure(e);
                }
            }

            @Override
            public int read(byte[] target, int at, int count) throws IOException {
                try {
                    return super.read(target, at, count);
                } catch (StoreException e) {
                    throw new ReadFailure(e);
                }
            }
        };
    }

    private InputStream opened(long offset) throws IOException {
        try {
            return source.open(offset);
        } catch (StoreException e) {
            throw new ReadFailure(e);
        }
    }

    private static final class ReadFailure extends IOException {

        private static final long serialVersionUID = 1;
        private final StoreException cause;

        ReadFailure(StoreException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
