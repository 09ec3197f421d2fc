package dev.aloft.testkit;

import java.util.concurrent.atomic.AtomicLong;

/// A request in progress. Each answer is recorded here before it is sent, so a test that has received it finds it here.
/// For any thread.
final class Exchange {

    private final S3Request asked;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile int status;

    Exchange(S3Request asked) {
        this.asked = asked;
    }

    S3Request asked() {
        return asked;
    }

    void received(long bytes) {
        bytesIn.addAndGet(bytes);
    }

    void answering(int status) {
        this.status = status;
    }

    void sending(long bytes) {
        bytesOut.addAndGet(bytes);
    }

    S3Request soFar() {
        return asked.answered(status, bytesIn.get(), bytesOut.get());
    }
}
