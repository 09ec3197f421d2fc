package dev.aloft.nio;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// The `basic` view. S3 sets the time of a file itself.
final class S3BasicView implements BasicFileAttributeView {

    private final S3Path path;

    S3BasicView(S3Path path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "basic";
    }

    @Override
    public BasicFileAttributes readAttributes() throws IOException {
        return path.getFileSystem().operations().attributes(path);
    }

    /// All three times together are a copy from another file system that hands its times on
    /// ([java.nio.file.Files#copy] with `COPY_ATTRIBUTES`), which must not fail for them; they are dropped. One
    /// time is a wish that S3 cannot grant.
    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created) {
        boolean handedOn = modified != null && accessed != null && created != null;
        boolean nothing = modified == null && accessed == null && created == null;
        if (!handedOn && !nothing) {
            throw new UnsupportedOperationException("S3 sets the time of a file itself");
        }
    }
}
